import assert from 'node:assert/strict';
import test from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import type { Connector, Endpoint } from '../../../src/contracts/connector.ts';
import type { OutgoingMail, SendReport } from '../../../src/contracts/mail-sender.ts';
import {
  type MisbehavingOptions,
  type MisbehavingServer,
  startMisbehavingSmtp,
} from '../../../testbed/servers/smtp-misbehaving.ts';
import { loopback, mailTo, never } from './smtp-fixtures.ts';

interface Scene {
  readonly server: MisbehavingServer;
  readonly connector: Connector;
  send(mail: OutgoingMail, signal?: AbortSignal): Promise<SendReport>;
}

async function scene(options: MisbehavingOptions, more: Partial<Endpoint>, work: (scene: Scene) => Promise<void>) {
  const server = await startMisbehavingSmtp(options);
  try {
    const connector = await openSmtp(loopback(server.port, more), never);
    const { sender } = connector;
    assert.ok(sender);
    await work({ server, connector, send: (mail, signal = never) => sender.send(mail, signal) });
    connector.abort();
  } finally {
    await server.stop();
  }
}

const outcomes = (report: SendReport) => report.recipients.map((one) => one.outcome);

test('one connection carries one message after the other, RSET only after a refused one', async () => {
  const misdeeds = [{ at: 'RCPT', nth: 2, does: { reply: '550 5.1.1 no such user' } }] as const;
  await scene({ misdeeds }, {}, async ({ server, send }) => {
    await send(mailTo('a@x.example'));
    assert.deepEqual(outcomes(await send(mailTo('b@x.example'))), ['rejected']);
    await send(mailTo('c@x.example'));
    await send(mailTo('d@x.example'));
    assert.equal(server.connections(), 1);
    assert.equal(server.messages.length, 3);
    assert.equal(server.commands.filter((line) => line === 'RSET').length, 1);
  });
});

test('a pool opens no more connections than it may', async () => {
  await scene({}, { maxConnections: 3 }, async ({ server, send }) => {
    await Promise.all(Array.from({ length: 20 }, () => send(mailTo('a@x.example'))));
    assert.equal(server.messages.length, 20);
    assert.equal(server.connections(), 3);
  });
});

for (const does of ['close', 'reset', { reply: '421 4.4.2 idle too long' }] as const) {
  test(`a used connection the server gives up (${JSON.stringify(does)}) is replaced and the message sent once`, async () => {
    await scene({ misdeeds: [{ at: 'MAIL', nth: 2, does }] }, {}, async ({ server, send }) => {
      await send(mailTo('a@x.example'));
      assert.deepEqual(outcomes(await send(mailTo('b@x.example'))), ['accepted']);
      assert.equal(server.messages.length, 2);
      assert.equal(server.connections(), 2);
    });
  });
}

test('a used connection that breaks after the final dot is not tried again: uncertain', async () => {
  await scene({ misdeeds: [{ at: 'DOT', nth: 2, does: 'reset', acts: true }] }, {}, async ({ server, send }) => {
    await send(mailTo('a@x.example'));
    await assert.rejects(send(mailTo('b@x.example')), { uncertain: true, kind: 'transient' });
    assert.equal(server.messages.length, 2);
    assert.deepEqual(outcomes(await send(mailTo('c@x.example'))), ['accepted']);
  });
});

test('a message cut in its middle cannot have been accepted: not uncertain', async () => {
  await scene(
    { extensions: [], misdeeds: [{ at: 'CONTENT', does: 'reset' }] },
    { maxMessageBytes: 1e8 },
    async ({ server, send }) => {
      const mail = { ...mailTo('a@x.example'), raw: Buffer.alloc(30_000_000, 'line of text\r\n') };
      await assert.rejects(send(mail), { uncertain: false, code: 'mr_SmtpDisconnected' });
      assert.equal(server.messages.length, 0);
    },
  );
});

test('EC-09: a refused password or token is not repeated in the error', async () => {
  const password = 'pa55-word-secret';
  const encoded = Buffer.from(`\0anna\0${password}`).toString('base64');
  const misdeeds = [{ at: 'AUTH', does: { reply: `535 5.7.8 wrong: ${password} ${encoded}` } }] as const;
  const server = await startMisbehavingSmtp({ misdeeds });
  const signIn = { kind: 'password', username: 'anna', password } as const;
  await assert.rejects(openSmtp(loopback(server.port, { signIn }), never), (error) => {
    assert.ok(error instanceof MailroomError);
    assert.equal(error.kind, 'credentials');
    assert.equal(error.code, 'OutgoingEmailAuthenticationError');
    assert.doesNotMatch(JSON.stringify([error.message, error.serverReply]), /pa55|AGFubmE/);
    return true;
  });
  await server.stop();
});

test('AUTH: PLAIN before LOGIN, LOGIN where it is alone, XOAUTH2 for tokens', async () => {
  const password = { kind: 'password', username: 'anna', password: 's' } as const;
  const oauth = { kind: 'oauth', username: 'anna', accessToken: 'tok' } as const;
  const bearer = Buffer.from('user=anna\x01auth=Bearer tok\x01\x01').toString('base64');
  const cases = [
    ['AUTH LOGIN PLAIN', password, `AUTH PLAIN ${Buffer.from('\0anna\0s').toString('base64')}`],
    ['AUTH LOGIN', password, 'AUTH LOGIN'],
    ['AUTH PLAIN XOAUTH2', oauth, `AUTH XOAUTH2 ${bearer}`],
  ] as const;
  for (const [extension, signIn, command] of cases) {
    await scene({ extensions: [extension] }, { signIn }, async ({ server, connector }) => {
      assert.ok(server.commands.includes(command), server.commands.join('\n'));
      assert.deepEqual(
        connector.steps.map((step) => step.name),
        ['connect', 'secure', 'signin'],
      );
      assert.match(connector.steps[2]?.serverReply ?? '', /^235/);
    });
  }
});

test('AUTH: CRAM-MD5 never shows the password, OAUTHBEARER is taken where XOAUTH2 is missing', async () => {
  const challenge = '<1896.697170952@mx.example>';
  const does = { reply: [`334 ${Buffer.from(challenge).toString('base64')}`, '235 2.7.0 ok'] };
  const cram = { kind: 'password', username: 'tim', password: 'tanstaaftanstaaf' } as const;
  await scene(
    { extensions: ['AUTH CRAM-MD5'], misdeeds: [{ at: 'AUTH', does }] },
    { signIn: cram },
    async ({ connector }) => {
      assert.match(connector.steps[2]?.serverReply ?? '', /^235/);
    },
  );
  const oauth = { kind: 'oauth', username: 'a=b,c@x.example', accessToken: 'tok' } as const;
  await scene({ extensions: ['AUTH OAUTHBEARER PLAIN'] }, { signIn: oauth }, async ({ server }) => {
    const sent = server.commands.find((line) => line.startsWith('AUTH OAUTHBEARER ')) ?? '';
    assert.equal(
      Buffer.from(sent.slice('AUTH OAUTHBEARER '.length), 'base64').toString(),
      `n,a=a=3Db=2Cc@x.example,\x01host=127.0.0.1\x01port=${server.port}\x01auth=Bearer tok\x01\x01`,
    );
  });
});

test('RFC 2920 3.1: with nobody accepted the message is withheld, even when the server asks for it', async () => {
  const misdeeds = [
    { at: 'RCPT', does: { reply: '550 5.1.1 no such user' } },
    { at: 'DATA', nth: 1, does: { reply: '354 go ahead all the same' } },
  ] as const;
  await scene({ misdeeds }, {}, async ({ server, send }) => {
    assert.deepEqual(outcomes(await send(mailTo('a@x.example', 'b@x.example'))), ['rejected', 'rejected']);
    assert.deepEqual(
      server.messages.map((message) => message.raw.length),
      [0],
    );
  });
});

test('RFC 2920: one packet for the envelope where the server allows it, one command at a time where it does not', async () => {
  for (const pipelining of [true, false]) {
    const extensions = pipelining ? ['PIPELINING'] : [];
    await scene({ extensions, misdeeds: [{ at: 'MAIL', does: { reply: '550 5.7.1 not you' } }] }, {}, async (one) => {
      assert.deepEqual(outcomes(await one.send(mailTo('a@x.example'))), ['rejected']);
      const asked = one.server.commands.filter((line) => /^(?:RCPT|DATA)/.test(line));
      assert.equal(asked.length, pipelining ? 2 : 0);
    });
  }
});

test('AUTH: a refused token is answered with the empty line, then the final reply decides', async () => {
  const does = { reply: ['334 eyJzdGF0dXMiOiI0MDAifQ==', '535 5.7.8 token expired'] };
  const server = await startMisbehavingSmtp({ misdeeds: [{ at: 'AUTH', does }] });
  const signIn = { kind: 'oauth', username: 'anna', accessToken: 'tok' } as const;
  const refused = { code: 'OutgoingEmailAuthenticationError', kind: 'credentials' };
  await assert.rejects(openSmtp(loopback(server.port, { signIn }), never), refused);
  await server.stop();
});

test('EC-09: an empty password is a matter of credentials, and nothing is sent', async () => {
  const server = await startMisbehavingSmtp();
  const signIn = { kind: 'password', username: 'anna', password: '' } as const;
  await assert.rejects(openSmtp(loopback(server.port, { signIn }), never), { kind: 'credentials' });
  assert.ok(!server.commands.some((line) => line.startsWith('AUTH')));
  await server.stop();
});

test('AUTH: no common mechanism is a matter of configuration', async () => {
  const signIn = { kind: 'oauth', username: 'anna', accessToken: 'tok' } as const;
  for (const extensions of [['AUTH PLAIN LOGIN'], []]) {
    const server = await startMisbehavingSmtp({ extensions });
    const refused = { code: 'mr_SmtpNoSignIn', kind: 'configuration' };
    await assert.rejects(openSmtp(loopback(server.port, { signIn }), never), refused);
    await server.stop();
  }
});

test('RFC 6531, RFC 3461, RFC 1870: parameters of MAIL and RCPT where they are offered', async () => {
  const mail = mailTo('b@x.example');
  const dsn = { envelopeId: 'a+b', notify: ['FAILURE', 'DELAY'] } as const;
  const full = {
    ...mail,
    raw: Buffer.from('Subject: ü\r\n\r\nx\r\n'),
    envelope: { ...mail.envelope, dsn, needsSmtpUtf8: true },
  };
  await scene({}, {}, async ({ server, send }) => {
    await send(full);
    await send(mail);
    const sent = server.commands.filter((line) => /^(?:MAIL|RCPT)/.test(line));
    assert.deepEqual(sent, [
      'MAIL FROM:<a@example.com> BODY=8BITMIME SIZE=18 RET=HDRS ENVID=a+2Bb SMTPUTF8',
      'RCPT TO:<b@x.example> NOTIFY=FAILURE,DELAY',
      `MAIL FROM:<a@example.com> SIZE=${mail.raw.length}`,
      'RCPT TO:<b@x.example>',
    ]);
  });
  await scene({ extensions: [] }, {}, async ({ server, send }) => {
    await send({ ...mail, envelope: { ...mail.envelope, dsn, from: '' } });
    assert.deepEqual(server.commands.slice(1, 3), ['MAIL FROM:<>', 'RCPT TO:<b@x.example>']);
  });
});

test('content arrives byte for byte: dots, eight bits, no final line end; lone CR and LF become CRLF', async () => {
  const bodies: readonly (readonly [Buffer, Buffer])[] = [
    [Buffer.from('.\r\n..\r\n.x\r\n\r\n.\r\n'), Buffer.from('.\r\n..\r\n.x\r\n\r\n.\r\n')],
    [Buffer.from([0xff, 0x00, 0x80, 0x0d, 0x0a]), Buffer.from([0xff, 0x00, 0x80, 0x0d, 0x0a])],
    [Buffer.from('no end'), Buffer.from('no end\r\n')],
    [Buffer.from('a\nb\r.\r\n'), Buffer.from('a\r\nb\r\n.\r\n')],
    [Buffer.alloc(65_536 * 2, '.\r\n'), Buffer.from(`${Buffer.alloc(65_536 * 2, '.\r\n').toString()}\n`)],
  ];
  await scene({}, {}, async ({ server, send }) => {
    for (const [raw, expected] of bodies) {
      await send({ ...mailTo('a@x.example'), raw });
      assert.deepEqual(server.messages[server.messages.length - 1]?.raw, expected);
    }
  });
});

test('OU-12: a recipient that is no address is rejected without asking the server, once however often named', async () => {
  await scene({}, {}, async ({ server, send }) => {
    const report = await send(mailTo('a@x\r\nDATA', 'b@x.example', 'b@x.example'));
    assert.deepEqual(outcomes(report), ['rejected', 'accepted']);
    assert.deepEqual(server.messages[0]?.recipients, ['<b@x.example>']);
    assert.deepEqual(outcomes(await send(mailTo('<>'))), ['rejected']);
  });
});

test('SC-13: the delay the server names for a greylisted recipient is told', async () => {
  const does = { reply: '450 4.2.0 greylisted, try again in 120 seconds' };
  await scene({ misdeeds: [{ at: 'RCPT', nth: 1, does }] }, {}, async ({ send }) => {
    const report = await send(mailTo('a@x.example', 'b@x.example'));
    assert.deepEqual(outcomes(report), ['deferred', 'accepted']);
    assert.equal(report.retryAfterMs, 120_000);
  });
});

test('an abort while the server is silent ends the send; after the dot it is uncertain', async () => {
  for (const [at, uncertain] of [
    ['DATA', false],
    ['DOT', true],
  ] as const) {
    const controller = new AbortController();
    const onMisdeed = () => controller.abort();
    await scene({ misdeeds: [{ at, does: 'silence' }], onMisdeed }, {}, async ({ send }) => {
      await assert.rejects(send(mailTo('a@x.example'), controller.signal), { code: 'mr_SmtpAborted', uncertain });
    });
  }
});

test('an early refusal in the middle of the message is told as it is, and the connection left', async () => {
  const does = { reply: '552 5.3.4 too big' };
  await scene({ misdeeds: [{ at: 'CONTENT', nth: 1, does }] }, { maxMessageBytes: 1e8 }, async ({ send }) => {
    const raw = Buffer.alloc(9_000_000, 'line of text\r\n');
    await assert.rejects(send({ ...mailTo('a@x.example'), raw }), { code: '8005E237', kind: 'item', uncertain: false });
    assert.deepEqual(outcomes(await send(mailTo('b@x.example'))), ['accepted']);
  });
});

const crowd = Array.from({ length: 7 }, (_, index) => `r${index}@x.example`);

for (const [what, options, more] of [
  ['the server announces (RFC 9422)', { extensions: ['PIPELINING', 'LIMITS RCPTMAX=3 MAILMAX=50'] }, {}],
  ['the profile allows', {}, { maxRecipients: 3 }],
] as const) {
  test(`OU-10: more recipients than ${what} get copies of their own, each recipient one`, async () => {
    await scene(options, more, async ({ server, send }) => {
      const report = await send(mailTo(...crowd));
      assert.deepEqual(
        report.recipients.map((one) => `${one.address} ${one.outcome}`),
        crowd.map((address) => `${address} accepted`),
      );
      assert.deepEqual(
        server.messages.map((message) => message.recipients.length),
        [3, 3, 1],
      );
      assert.equal(new Set(server.messages.map((message) => message.raw.toString())).size, 1);
    });
  });
}

test('OU-10, RFC 5321 4.5.3.1.10: those put off because of their number go at once, each once', async () => {
  const misdeeds = [5, 6, 7, 12].map(
    (nth) => ({ at: 'RCPT', nth, does: { reply: '452 4.5.3 too many recipients' } }) as const,
  );
  await scene({ misdeeds }, {}, async ({ server, send }) => {
    assert.deepEqual(
      outcomes(await send(mailTo(...crowd))),
      crowd.map(() => 'accepted'),
    );
    const taken = server.messages.flatMap((message) => message.recipients);
    assert.deepEqual(
      taken,
      crowd.map((address) => `<${address}>`),
    );
    assert.equal(server.messages.length, 2);
  });
});

test('OU-11: a server that takes nobody because of the number is not asked again at once', async () => {
  const misdeeds = [{ at: 'RCPT', does: { reply: '452 4.5.3 too many recipients' } }] as const;
  await scene({ misdeeds }, {}, async ({ server, send }) => {
    assert.deepEqual(outcomes(await send(mailTo('a@x.example', 'b@x.example'))), ['deferred', 'deferred']);
    assert.equal(server.commands.filter((line) => line.startsWith('MAIL')).length, 1);
  });
});

for (const [at, does, expected] of [
  ['DOT', 'reset', ['accepted', 'accepted', 'uncertain', 'uncertain', 'deferred']],
  ['MAIL', { reply: '451 4.3.0 later' }, ['accepted', 'accepted', 'deferred', 'deferred', 'accepted']],
  ['MAIL', { reply: '503 5.5.1 bad sequence' }, ['accepted', 'accepted', 'deferred', 'deferred', 'deferred']],
  ['DOT', { reply: '552 5.3.4 too big' }, ['accepted', 'accepted', 'rejected', 'rejected', 'rejected']],
] as const) {
  test(`PAIN-11, OU-12: a second copy that ends with ${at} ${JSON.stringify(does)} costs the first nothing`, async () => {
    await scene({ misdeeds: [{ at, nth: 2, does }] }, { maxRecipients: 2 }, async ({ send }) => {
      const report = await send(mailTo(...crowd.slice(0, 5)));
      assert.deepEqual(outcomes(report), [...expected]);
      assert.ok(report.recipients.every((one) => one.reply !== ''));
    });
  });
}
