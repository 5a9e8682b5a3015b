import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MailAttachment } from '../../../src/contracts/mail-message.ts';
import { keepAttachments } from '../../../src/pipelines/incoming/keep-attachments.ts';
import { defaultBlockedExtensions } from '../../../src/store/organization-settings.ts';
import { settingsWith } from './incoming-fixtures.ts';

const file = (fileName: string, contentType = 'application/octet-stream', bytes = 10): MailAttachment => ({
  fileName,
  contentType,
  contentId: '',
  inline: false,
  content: Buffer.alloc(bytes),
});

const keptOf = (files: readonly MailAttachment[], row: Parameters<typeof settingsWith>[0] = {}) =>
  keepAttachments(files, settingsWith(row)).kept.map(({ fileName }) => fileName);

describe('attachments of received mail', () => {
  it('AT-01: those above 5 MB are left out unless the organisation says otherwise, with the reason', () => {
    const [small, large] = [
      file('small.pdf', 'application/pdf', 5_242_880),
      file('large.pdf', 'application/pdf', 5_242_881),
    ];
    const { kept, dropped } = keepAttachments([small, large], settingsWith());
    assert.deepEqual(kept, [small]);
    assert.deepEqual(dropped, [{ fileName: 'large.pdf', reason: '5242881 bytes are above the limit of 5242880' }]);
    assert.deepEqual(keptOf([large], { mr_maximumattachmentsizekb: 131_072 }), ['large.pdf']);
  });

  it('AT-02, AT-03: every extension of the default list, by the last one, whatever its case', () => {
    for (const extension of defaultBlockedExtensions.split(';')) {
      assert.deepEqual(keptOf([file(`report.pdf.${extension.toUpperCase()}`)]), [], extension);
    }
    assert.deepEqual(keptOf([file('setup.exe.pdf'), file('exe'), file('no extension')]).length, 3);
  });

  it('AT-02: dots, blanks and invisible characters after an extension hide nothing', () => {
    const names = ['a.exe.', 'a.exe ', 'a.exe . .', 'a.exe\u200b', 'a.e\u200bxe', 'a.\u202eexe'];
    assert.deepEqual(keptOf(names.map((name) => file(name))), []);
  });

  it('AT-02: media types that are blocked, or not among those allowed', () => {
    const files = [
      file('a.pdf', 'application/pdf'),
      file('b.bin', 'application/x-msdownload'),
      file('c.png', 'image/png'),
    ];
    assert.deepEqual(keptOf(files, { blockedmimetypes: 'application/x-msdownload; image/gif' }), ['a.pdf', 'c.png']);
    assert.deepEqual(keptOf(files, { allowedmimetypes: 'application/pdf', blockedmimetypes: 'application/pdf' }), [
      'a.pdf',
    ]);
  });
});
