/** The parts of a person's name. */
export interface FullNameParts {
  readonly firstname?: string | null;
  readonly middlename?: string | null;
  readonly lastname?: string | null;
}

type NameOrder = (parts: FullNameParts) => { readonly before?: Words; readonly rest: Words };

type Words = readonly (string | null | undefined)[];

const initial = (name: string | null | undefined): string => {
  const [first] = name ?? '';
  return first === undefined ? '' : `${first}.`;
};

const usual: NameOrder = (p) => ({ rest: [p.firstname, p.middlename, p.lastname] });

/** How the parts stand in each `fullnameconventioncode`: what comes before the comma, where there is one, and the rest. */
const conventions: Readonly<Record<number, NameOrder>> = {
  0: (p) => ({ before: [p.lastname], rest: [p.firstname] }),
  1: (p) => ({ rest: [p.firstname, p.lastname] }),
  2: (p) => ({ before: [p.lastname], rest: [p.firstname, initial(p.middlename)] }),
  3: (p) => ({ rest: [p.firstname, initial(p.middlename), p.lastname] }),
  4: (p) => ({ before: [p.lastname], rest: [p.firstname, p.middlename] }),
  5: usual,
  6: (p) => ({ rest: [p.lastname, p.firstname] }),
  7: (p) => ({ rest: [[p.lastname, p.firstname].filter(Boolean).join('')] }),
};

/** A person's full name in the organisation's order (`organization.fullnameconventioncode`, 0 to 7; 5 for any other number). Parts that are missing leave no comma and no blank behind. */
export function fullName(parts: FullNameParts, convention: number): string {
  const { before = [], rest } = (conventions[convention] ?? usual)(parts);
  return [before, rest]
    .map((words) => words.filter(Boolean).join(' '))
    .filter(Boolean)
    .join(', ');
}
