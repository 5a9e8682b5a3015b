import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sanitizeHtml } from '../../src/formats/sanitize-html.ts';
import { textToHtml } from '../../src/formats/text-to-html.ts';

describe('sanitizeHtml', () => {
  it('AT-08: nothing that runs or loads is left', () => {
    for (const hostile of [
      '<script>alert(1)</script>',
      '<SCRIPT/XSS SRC="http://x/x.js"></SCRIPT>',
      '<p onclick="alert(1)">',
      '<a href="javascript:alert(1)">x</a>',
      '<a href="jav&#x09;ascript:alert(1)">x</a>',
      '<a href=" &#14; javascript:alert(1)">x</a>',
      '<a href="vbscript:x">x</a>',
      '<a href="data:text/html,<script>alert(1)</script>">x</a>',
      '<form action="https://x"><input name=a><button>b</button></form>',
      '<iframe src="https://x"></iframe>',
      '<object data="x"></object><embed src="x">',
      '<meta http-equiv="refresh" content="0;url=https://x">',
      '<base href="https://x"><link rel=stylesheet href="https://x">',
      '<style>@import url(https://x)</style>',
      '<div style="background:url(https://x)">',
      '<div style="width:expression(alert(1))">',
      '<div style="border:url(x)">',
      '<div style="color:r\\65 d;background:u\\72l(//x)">',
      '<svg><script>alert(1)</script></svg>',
      '<math><mi xlink:href="javascript:alert(1)">',
      '<img src=x onerror=alert(1)>',
      '<img src="javascript:alert(1)">',
      '<img srcset="https://x 1x">',
      '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
      '<video src="https://x"></video><body background="https://x">',
      '<!--[if IE]><script>alert(1)</script><![endif]-->',
      '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
      '<b><style><img src=x onerror=alert(1)></style>',
    ]) {
      const safe = sanitizeHtml(hostile);
      assert.doesNotMatch(
        safe,
        /<(?:script|style|form|input|button|iframe|object|embed|meta|base|link|svg|math|video)|\son\w+\s*=[^"]*$|script:|url\(|expression|srcset|\ssrc="(?!cid:|data:image)|<!--/i,
        hostile,
      );
      assert.doesNotMatch(safe, /<[^>]*\son\w+=/i, hostile);
    }
  });

  it('AT-06, AT-08: pictures of the message stay, remote ones wait', () => {
    assert.match(sanitizeHtml('<img src="cid:a@b">'), /src="cid:a@b"/);
    assert.match(sanitizeHtml('<img src="data:image/png;base64,AAAA">'), /src="data:image\/png;base64,AAAA"/);
    const remote = sanitizeHtml('<img src="https://x.example/p.gif" alt="p">');
    assert.match(remote, /data-remote-src="https:\/\/x.example\/p.gif"/);
    assert.doesNotMatch(remote, /\ssrc=/);
  });

  it('AT-08: what people write stays', () => {
    const html =
      '<p style="color:red">Hi <b>you</b> <a href="https://x.example/">link</a></p><table><tr><td>1</td></tr></table>';
    assert.match(
      sanitizeHtml(html),
      /<p style="color:red">Hi <b>you<\/b> <a href="https:\/\/x.example\/"[^>]*>link<\/a><\/p><table>/,
    );
    assert.equal(sanitizeHtml('plain > text'), 'plain &gt; text');
  });

  it('SE-13: a megabyte of nested elements is cut in time', () => {
    for (const piece of ['<div>', '<b><i>', '<div><!--</div>-->', '<div a="</div>">', '<div><script></div></script>']) {
      const before = process.cpuUsage();
      sanitizeHtml(piece.repeat(1_000_000 / piece.length));
      const used = process.cpuUsage(before);
      assert.ok((used.user + used.system) / 1000 < 2000, piece);
    }
  });

  it('AT-08: sanitising twice changes nothing more, deep nesting ends', () => {
    for (const html of ['<p>a<b>c', 'a & b &lt;x&gt;', '<img src="https://x/y.png">', '<div>'.repeat(5000)]) {
      const once = sanitizeHtml(html);
      assert.equal(sanitizeHtml(once), once);
    }
  });

  it('IN-40: plain text as HTML shows the same and is no markup', () => {
    assert.equal(textToHtml('a <b>\r\n c  d\0'), '<div>a &lt;b&gt;<br>\n&nbsp;c &nbsp;d</div>');
    const html = textToHtml('<script>alert(1)</script>');
    assert.equal(sanitizeHtml(html).includes('<script'), false);
  });
});
