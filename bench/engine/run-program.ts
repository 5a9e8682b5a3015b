import { spawn } from 'node:child_process';
import { endedChildrenCpuMs } from '../measure/process-cpu.ts';
import type { Sample } from '../measure/sample.ts';

/** Runs a program to its end as one sample; rejects unless it ends well. */
export async function runProgram(program: string, args: readonly string[], items: number): Promise<Sample> {
  const cpuBefore = endedChildrenCpuMs();
  const startedOn = performance.now();
  await succeed(program, args);
  return { items, wallMs: performance.now() - startedOn, cpuMs: endedChildrenCpuMs() - cpuBefore };
}

function succeed(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}.`))));
  });
}
