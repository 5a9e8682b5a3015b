import { Command } from 'commander';
import { explainMessage } from '../../pipelines/incoming/explain.ts';
import { messageStory } from '../message-story.ts';
import { withDatabase } from './command-context.ts';

/** `mailroom explain <message-id>`: what every mailbox made of a message, and why (MO-08). */
export function explainCommand(): Command {
  return new Command('explain')
    .description('tell what became of a message in every mailbox, and why')
    .argument('<message-id>', 'Message-ID with or without angle brackets, or the id of an email or a decision')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async ({ database, output }) => {
        const explanation = await explainMessage(database.records, wanted);
        output.write(
          output.json ? `${JSON.stringify(explanation, null, 2)}\n` : `${messageStory(explanation).join('\n')}\n`,
        );
      }),
    );
}
