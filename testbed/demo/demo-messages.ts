/** A sample message before it has bytes. */
export interface DemoMessage {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly cc?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly attachment?: { readonly name: string; readonly content: string };
}

const person = (name: string, address: string): DemoMessage['from'] => ({ name, address });

/** What arrives while one watches, in this order. */
export const demoMessages: readonly DemoMessage[] = [
  {
    from: person('Mei Tanaka', 'mei.tanaka@northwind.example'),
    to: 'support@harbour.example',
    subject: 'Pallet 4711 arrived damaged',
    text: 'Hello,\n\npallet 4711 arrived this morning with a torn wrapping. Photos follow.\n\nMei Tanaka',
    html: '<p>Hello,</p><p>pallet <b>4711</b> arrived this morning with a torn wrapping. Photos follow.</p><p>Mei Tanaka</p>',
    attachment: { name: 'delivery note 4711.txt', content: 'Delivery note 4711\n3 pallets\n1 damaged\n' },
  },
  {
    from: person('Mei Tanaka', 'mei.tanaka@northwind.example'),
    to: 'clara@harbour-exchange.example',
    subject: 'Contract for next year',
    text: 'Dear Clara,\n\nplease find our remarks on the contract below.\n\nMei Tanaka',
  },
  {
    from: person('Oskar Lind', 'oskar@lindholm.example'),
    to: 'ada@harbour.example',
    cc: 'support@harbour.example',
    subject: 'Offer for twelve chairs',
    text: 'Dear Ada,\n\ncould you send me an offer for twelve oak chairs by Friday?\n\nOskar',
  },
  {
    from: person('Prize Office', 'winner@lottery.example'),
    to: 'ada@harbour.example',
    subject: 'You have won!',
    text: 'Claim your prize today.',
  },
  {
    from: person('Zoë Márquez', 'zoe.marquez@solano.example'),
    to: 'support@harbour.example',
    subject: 'Rechnung für März – 請求書',
    text: 'Guten Tag,\n\nbitte schicken Sie uns die Rechnung noch einmal.\n\nZoë Márquez',
  },
];
