/** Somebody of the sample organisation. */
export interface DemoPerson {
  readonly firstName: string;
  readonly lastName: string;
  readonly address: string;
}

/** Password of every mailbox of the sandbox servers. */
export const demoPassword = 'demo-password';

/** Users of the sample organisation. */
export const demoUsers: readonly DemoPerson[] = [
  { firstName: 'Ada', lastName: 'Keller', address: 'ada@harbour.example' },
  { firstName: 'Bruno', lastName: 'Costa', address: 'bruno@harbour.example' },
];

/** A user whose mailbox is on Exchange; the others have POP3. */
export const demoExchangeUser: DemoPerson = {
  firstName: 'Clara',
  lastName: 'Weiss',
  address: 'clara@harbour-exchange.example',
};

/** The support queue. */
export const demoQueue = { name: 'Support', address: 'support@harbour.example' } as const;

/** Customers with their accounts. */
export const demoCustomers: readonly (DemoPerson & { readonly account: string })[] = [
  { firstName: 'Mei', lastName: 'Tanaka', address: 'mei.tanaka@northwind.example', account: 'Northwind Traders' },
  { firstName: 'Oskar', lastName: 'Lind', address: 'oskar@lindholm.example', account: 'Lindholm & Sons' },
  { firstName: 'Zoë', lastName: 'Márquez', address: 'zoe.marquez@solano.example', account: 'Solano Foods' },
];
