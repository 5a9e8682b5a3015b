import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { use } from 'react';
import { useApi } from '../api/api-context.tsx';
import { shellText } from '../text/shell.ts';
import type { ThemeChoice } from './theme.ts';
import { ThemeContext } from './theme-context.ts';

const useStyles = makeStyles({
  onBrand: {
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': { color: tokens.colorNeutralForegroundOnBrand },
    ':hover:active': { color: tokens.colorNeutralForegroundOnBrand },
  },
});

/** Who is signed in, light or dark, and the way out. */
export function UserMenu() {
  const styles = useStyles();
  const { session, signOut } = useApi();
  const theme = use(ThemeContext);
  return (
    <Menu
      checkedValues={{ theme: [theme.choice] }}
      onCheckedValueChange={(_event, { checkedItems }) => theme.choose(checkedItems[0] as ThemeChoice)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={styles.onBrand}
          icon={<PersonRegular className={styles.onBrand} />}
          aria-label={shellText.signedInAs(session.name)}
        >
          {session.name}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{shellText.theme}</MenuGroupHeader>
            {(Object.keys(shellText.themes) as ThemeChoice[]).map((choice) => (
              <MenuItemRadio key={choice} name="theme" value={choice}>
                {shellText.themes[choice]}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem onClick={() => void signOut()}>{shellText.signOut}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
