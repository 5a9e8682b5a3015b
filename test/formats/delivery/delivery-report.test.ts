import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DeliveryReport, readDeliveryReport } from '../../../src/formats/delivery/delivery-report.ts';
import { parseMailSync } from '../../../src/formats/mime-parse.ts';

const mail = (head: readonly string[], body: readonly string[]): Buffer =>
  Buffer.from([...head, '', ...body, ''].join('\r\n'));

const read = (head: readonly string[], body: readonly string[]): DeliveryReport | undefined =>
  readDeliveryReport(parseMailSync(mail(head, body)));

const daemon = ['From: MAILER-DAEMON@mx.example.net', 'Return-Path: <>', 'To: anna@ours.example'];

const fates = (report: DeliveryReport | undefined): string[] =>
  (report?.recipients ?? []).map(
    ({ address, action, status, reply, reason, isHard }) =>
      `${address} ${action} ${status || '-'} ${reply || '-'} ${reason ?? '-'} ${isHard ? 'hard' : 'soft'}`,
  );

describe('delivery reports', () => {
  it('UD-04: what Amazon SES tells in JSON, also where lines were broken inside a string', () => {
    const bounced = {
      notificationType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bouncedRecipients: [
          {
            emailAddress: 'x@gone.example',
            action: 'failed',
            status: '5.1.1',
            diagnosticCode: 'smtp; 550 5.1.1 no such user',
          },
          {
            emailAddress: 'y@full.example',
            action: 'failed',
            status: '5.2.2',
            diagnosticCode: 'smtp; 552 mailbox full',
          },
        ],
      },
      mail: {
        source: 'anna@ours.example',
        messageId: 'ses-own-id',
        destination: ['x@gone.example', 'y@full.example'],
        headers: [{ name: 'Message-ID', value: '<one@ours.example>' }],
        commonHeaders: { subject: 'Offer' },
      },
    };
    const head = [
      'From: SES <no-reply@sns.amazonaws.com>',
      'Subject: AWS Notification Message',
      'x-amz-sns-message-id: 1',
    ];
    const wrapped = JSON.stringify({ Type: 'Notification', Message: JSON.stringify(bounced) }, null, 2);
    const broken = wrapped.replace('bouncedRecipients', 'bounced\nRecipients');
    const footer = '\r\n\r\n--\r\nIf you wish to stop receiving notifications: https://sns.example/';
    for (const text of [wrapped, broken, `${JSON.stringify(bounced)}${footer}`]) {
      const report = read(head, [text]);
      assert.deepEqual(fates(report), [
        'x@gone.example failed 5.1.1 550 userUnknown hard',
        'y@full.example failed 5.2.2 552 mailboxFull soft',
      ]);
      assert.deepEqual([report?.original.messageId, report?.original.subject], ['one@ours.example', 'Offer']);
    }
    for (const text of [
      '{',
      '{}',
      '{"Message":"{}"}',
      '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[7]}}',
    ]) {
      assert.equal(read(head, [text])?.recipients[0]?.address ?? 'none', text.includes('7') ? '' : 'none');
    }
    assert.equal(read(head.slice(0, 2), [wrapped]), undefined);
    const delivered = {
      delivery: { recipients: ['x@here.example'], smtpResponse: '250 2.6.0 queued' },
      notificationType: 'Delivery',
    };
    assert.deepEqual(fates(read(head, [JSON.stringify(delivered)])), ['x@here.example delivered 2.6.0 250 - soft']);
  });

  it('UD-04, PAIN-08: RFC 3464, every recipient with its own fate, the original from its returned header', () => {
    const report = read(
      [
        ...daemon,
        'Subject: Undelivered Mail',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      ],
      [
        '--b',
        'Content-Type: text/plain',
        '',
        'See below.',
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx.example.net',
        'Original-Envelope-Id: env-7',
        '',
        'Original-Recipient: rfc822;Carla@Customer.example',
        'Final-Recipient: rfc822;carla@inner.example',
        'Action: failed',
        'Status: 5.1.1',
        'Diagnostic-Code: smtp; 550 5.1.1 <carla@inner.example>: User',
        '    unknown in local recipient table',
        '',
        'Final-Recipient: rfc822;carl@customer.example',
        'Action: failed',
        'Status: 5.2.2',
        'Diagnostic-Code: smtp; 552 5.2.2 Over quota',
        '',
        'Final-Recipient: rfc822;cora@customer.example',
        'Action: delayed',
        'Status: 4.4.1',
        'Diagnostic-Code: smtp; connection timed out',
        '',
        'Final-Recipient: rfc822;cleo@customer.example',
        'Action: relayed',
        'Status: 2.0.0',
        '--b',
        'Content-Type: text/rfc822-headers',
        '',
        'Message-ID: <offer-1@ours.example>',
        'Subject: =?utf-8?q?Our_offer_f=C3=BCr_Carla?= CRM:0001001',
        'From: Anna <anna@ours.example>',
        'To: Carla <Carla@Customer.example>',
        '--b--',
      ],
    );
    assert.deepEqual(fates(report), [
      'Carla@Customer.example failed 5.1.1 550 userUnknown hard',
      'carl@customer.example failed 5.2.2 552 mailboxFull soft',
      'cora@customer.example delayed 4.4.1 - expired soft',
      'cleo@customer.example delivered 2.0.0 - - soft',
    ]);
    assert.deepEqual(report?.recipients[0]?.addresses, ['Carla@Customer.example', 'carla@inner.example']);
    assert.equal(report?.envelopeId, 'env-7');
    assert.equal(report?.original.messageId, 'offer-1@ours.example');
    assert.equal(report?.original.subject, 'Our offer für Carla CRM:0001001');
    assert.deepEqual(report?.original.recipients, ['Carla@Customer.example']);
  });

  const returned = [
    'Return-Path: <anna@ours.example>',
    'Message-ID: <offer-1@ours.example>',
    'To: carla@customer.example',
  ];
  const plain: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
    [
      'qmail',
      ['Subject: failure notice'],
      [
        'Hi. This is the qmail-send program at mx.example.net.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        '',
        '<carla@customer.example>:',
        '192.0.2.1 does not like recipient.',
        'Remote host said: 550 5.1.1 no such user here',
        'Giving up on 192.0.2.1.',
        '',
        '<carl@customer.example>:',
        'Sorry, the mailbox is full. (#5.2.2)',
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...returned,
      ],
      [
        'carla@customer.example failed 5.1.1 550 userUnknown hard',
        'carl@customer.example failed 5.2.2 - mailboxFull soft',
      ],
    ],
    [
      'Exim',
      ['Subject: Mail delivery failed: returning message to sender', 'X-Failed-Recipients: carla@customer.example'],
      [
        'This message was created automatically by mail delivery software.',
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
        '  carla@customer.example',
        '    (ultimately generated from sales@customer.example)',
        '    Unrouteable address',
        '',
        '------ This is a copy of the message, including all the headers. ------',
        '',
        ...returned,
      ],
      ['carla@customer.example failed - - hostUnknown hard'],
    ],
    [
      'Exchange',
      ['Subject: Undeliverable: Our offer'],
      [
        'Your message did not reach some or all of the intended recipients.',
        '      Subject: Our offer',
        'The following recipient(s) could not be reached:',
        "      'carla@customer.example' on 1/2/2026 10:00 AM",
        '            The e-mail account does not exist at the organization this message was sent to.',
        '            <mx.customer.example #5.1.1>',
      ],
      ['carla@customer.example failed 5.1.1 - userUnknown hard'],
    ],
    [
      'Gmail',
      ['Subject: Delivery Status Notification (Delay)'],
      [
        'THIS IS A WARNING MESSAGE ONLY.',
        'Delivery to the following recipient has been delayed:',
        '',
        '     carla@customer.example',
        '',
        'Message will be retried for 2 more day(s)',
        '',
        '----- Original message -----',
        ...returned,
      ],
      ['carla@customer.example delayed - - expired soft'],
    ],
    [
      'Sendmail, its parts not told apart',
      ['Subject: Returned mail: see transcript for details'],
      [
        '   ----- The following addresses had permanent fatal errors -----',
        '<carla@customer.example>',
        '--x/mx.example.net',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx.example.net',
        '',
        'Final-Recipient: RFC822; carla@customer.example',
        'Action: failed',
        'Status: 5.1.2',
        'Diagnostic-Code: SMTP; 550 Host unknown',
        '',
        '--x/mx.example.net',
        'Content-Type: message/rfc822',
        '',
        ...returned,
      ],
      ['carla@customer.example failed 5.1.2 550 hostUnknown hard'],
    ],
    [
      'OpenSMTPD',
      ['Subject: Delivery status notification: error'],
      [
        '    Hi!',
        '    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.',
        '    An error has occurred while attempting to deliver a message for',
        '    the following list of recipients:',
        '',
        'carla@customer.example: Envelope expired',
        '',
        '    Below is a copy of the original message:',
        '',
        ...returned,
      ],
      ['carla@customer.example failed - - expired soft'],
    ],
  ];
  for (const [name, head, body, want] of plain) {
    it(`UD-04: the words of ${name}`, () => {
      const report = read([...daemon, ...head], body);
      assert.deepEqual(fates(report), want);
      if (body.includes(returned[1] ?? '')) assert.equal(report?.original.messageId, 'offer-1@ours.example');
    });
  }

  it('UD-04: a server that had accepted the address is a filter, not a missing user', () => {
    const report = read(
      [...daemon, 'Subject: Undelivered Mail Returned to Sender'],
      [
        'I could not be delivered to one or more recipients: it could not be delivered.',
        '<carla@customer.example>: host mx said: 550 Unknown user (in reply to end of DATA command)',
      ],
    );
    assert.deepEqual(fates(report), ['carla@customer.example failed - 550 filtered soft']);
  });

  it('UD-04: people who write about undeliverable mail send no report', () => {
    const people = ['From: Bob <bob@customer.example>', 'To: anna@ours.example', 'Subject: Undeliverable mail again!'];
    assert.equal(read(people, ['My mail could not be delivered to carla@customer.example, why?']), undefined);
    const postmaster = ['From: Postmaster <postmaster@ours.example>', 'Return-Path: <postmaster@ours.example>'];
    assert.equal(read([...postmaster, 'Subject: New spam rules'], ['Dear users, from Monday on ...']), undefined);
  });

  it('SE-13: a report of a megabyte of hostile text costs little', () => {
    const began = performance.now();
    for (const text of [
      '@'.repeat(1_000_000),
      'to <'.repeat(250_000),
      'a@b.example '.repeat(90_000),
      ' \n'.repeat(500_000),
    ]) {
      read([...daemon, 'Subject: Undeliverable', 'X-Failed-Recipients: a@b.example'], [text]);
    }
    assert.ok(performance.now() - began < 5000);
  });
});
