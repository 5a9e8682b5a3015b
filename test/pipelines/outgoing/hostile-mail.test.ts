import { it } from 'node:test';
import { startMisbehavingSmtp } from '../../../testbed/servers/smtp-misbehaving.ts';
import { outgoingScene } from '../../support/outgoing-scene.ts';
import { sendHostileMails } from './hostile-mail.ts';

for (const extensions of [['PIPELINING', 'SIZE 10000000', '8BITMIME', 'DSN'], []]) {
  const what = extensions.length > 0 ? 'with extensions' : 'without any extension';
  it(`OU-09, OU-15, SE-13: hostile texts reach a server ${what} as one message each, nothing smuggled`, async () => {
    const scene = await outgoingScene();
    const server = await startMisbehavingSmtp({ extensions });
    try {
      await sendHostileMails(scene, server.port, async () =>
        server.messages.map((message) => ({
          to: message.recipients.map((path) => path.slice(1, path.indexOf('>'))),
          raw: message.raw,
        })),
      );
    } finally {
      await server.stop();
      await scene.close();
    }
  });
}
