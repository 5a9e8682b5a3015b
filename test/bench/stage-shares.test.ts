import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stageShares } from '../../bench/measure/stage-shares.ts';

const frame = (functionName: string, url = '') => ({
  functionName,
  url,
  scriptId: '1',
  lineNumber: 1,
  columnNumber: 1,
});

test('a sample belongs to the innermost function of a known stage; idle time and the benchmark itself do not count', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 5, 6, 7, 8] },
      { id: 2, callFrame: frame('ingest', 'file:///m/src/pipelines/incoming/ingest.ts'), children: [3] },
      { id: 3, callFrame: frame('parseMail', 'file:///m/src/formats/mime-parse.ts'), children: [4] },
      { id: 4, callFrame: frame('slice', 'node:buffer') },
      { id: 5, callFrame: frame('(garbage collector)') },
      { id: 6, callFrame: frame('(idle)') },
      { id: 7, callFrame: frame('until', 'file:///m/bench/engine/ingest-progress.ts') },
      { id: 8, callFrame: frame('onStreamRead', 'node:internal/stream_base_commons') },
    ],
    startTime: 0,
    endTime: 1000,
    samples: [2, 4, 5, 6, 7, 8],
    timeDeltas: [100, 500, 300, 9000, 700, 100],
  };
  assert.deepEqual(stageShares(profile), [
    ['read messages (MIME)', 50],
    ['garbage collection', 30],
    ['evaluate, correlate, resolve', 10],
    ['sockets and runtime', 10],
  ]);
});
