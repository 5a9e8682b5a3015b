import { it } from 'node:test';
import { startLmtpSink } from '../../../testbed/servers/lmtp-sink.ts';
import { startPostfix } from '../../../testbed/servers/postfix.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { outgoingScene } from '../../support/outgoing-scene.ts';
import { sendHostileMails } from './hostile-mail.ts';

const skip = serverSkip('postfix', 'postfix');

it('OU-09, OU-15, SE-13: hostile texts pass a real Postfix as one message each, nothing smuggled', {
  skip,
}, async () => {
  const scene = await outgoingScene();
  const sink = await startLmtpSink();
  const postfix = await startPostfix({ transport: { lmtpPort: sink.port } });
  try {
    await sendHostileMails(scene, postfix.port, (count) => sink.received(count));
  } finally {
    await postfix.stop();
    await sink.stop();
    await scene.close();
  }
});
