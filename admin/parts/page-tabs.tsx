import { Tab, TabList } from '@fluentui/react-components';

/** The tabs of a page, in lines below each other where it is narrow. */
export function PageTabs({
  labels,
  value,
  onChange,
}: {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TabList
      selectedValue={value}
      onTabSelect={(_event, data) => onChange(String(data.value))}
      style={{ flexWrap: 'wrap' }}
    >
      {Object.entries(labels).map(([name, label]) => (
        <Tab key={name} value={name}>
          {label}
        </Tab>
      ))}
    </TabList>
  );
}
