/**
 * Colours, type and the frame of the page. Every pair of text and ground reaches 4.5 to 1 in both schemes (WCAG 2.2, 1.4.3);
 * the browser suite measures it. What is printed is always the light scheme.
 */
export const BASE_STYLE = `
:root{color-scheme:light dark;
--page:#f6f7f9;--card:#fff;--well:#f2f4f7;--ink:#1a2028;--soft:#56606c;--line:#e2e6eb;--edge:#c8cfd8;--link:#0a549e;--bar:#5a7ea8;
--critical:#a51d18;--critical-g:#fdeeec;--warning:#764a00;--warning-g:#fcf2de;--notice:#0a549e;--notice-g:#e9f1fb;
--healthy:#15603a;--healthy-g:#e7f5ed;--unknown:#5b379a;--unknown-g:#f2ecfb;
--critical-f:#cf554e;--warning-f:#b98322;--notice-f:#5b8fce;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Noto Sans Mono","DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{
--page:#11151a;--card:#181d24;--well:#1f252d;--ink:#e4e8ed;--soft:#a1acb9;--line:#2a313a;--edge:#414b57;--link:#89b9ff;--bar:#7d9cc0;
--critical:#ff9c94;--critical-g:#371c1b;--warning:#f0bd66;--warning-g:#322611;--notice:#8fbdff;--notice-g:#172740;
--healthy:#79d3a0;--healthy-g:#142d1f;--unknown:#c9aeff;--unknown-g:#292040;
--critical-f:#e57870;--warning-f:#c69a4a;--notice-f:#6a98d4}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:400 1rem/1.55 var(--sans);overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
h1,h2,h3,h4,p,ul,ol,dl,dd,pre,table,figure{margin:0;padding:0}
h1{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.015em}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;letter-spacing:-.008em}
h3{font-size:1rem;line-height:1.4;font-weight:650}
h4{font-size:.9375rem;line-height:1.4;font-weight:600}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
code,pre,.mono{font-family:var(--mono);font-size:.84em;font-variant-ligatures:none}
ul,ol{padding-left:1.15rem}
li+li{margin-top:.25rem}
svg{display:block}
[hidden]{display:none!important}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;z-index:2;padding:.5rem .9rem;background:var(--card);border:1px solid var(--edge);border-radius:8px}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft,caption,.src,dt,.tag{color:var(--soft)}
.wrap{max-width:76rem;margin:0 auto;padding:0 2rem}
.frame{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:0 3rem;align-items:start}
main{min-width:0;padding-bottom:3rem}
section{padding:2.25rem 0;border-top:1px solid var(--line);scroll-margin-top:.5rem}
main>section:first-child{border-top:0;padding-top:.5rem}
h2{margin-bottom:.9rem}
h2 .n{margin-left:.5rem;font-weight:400;color:var(--soft);letter-spacing:0}
section>p{max-width:46rem}
section>p+*,section>ul+*,section>.list+*{margin-top:.9rem}
h3{margin:1.75rem 0 .4rem}
.k{white-space:nowrap}
.good{color:var(--tone)}
h2+h3,h2+div>h3:first-child{margin-top:.25rem}
.top{padding:2rem 0 1.75rem}
.top .wrap{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 2rem}
.top .dial{grid-row:1/3;grid-column:2}
.brand{font-size:.875rem;color:var(--soft)}
.brand b{color:var(--ink);font-weight:650}
.verdict{margin:.65rem 0 1.25rem}
.facts{display:flex;flex-wrap:wrap;gap:.7rem 2.25rem;font-size:.9375rem}
dt{font-size:.8125rem;line-height:1.4}
.toc{position:sticky;top:0;max-height:100vh;overflow-y:auto;padding:.65rem 0 2rem;font-size:.875rem}
.toc ul{list-style:none;padding:0}
.toc li+li{margin-top:0}
.toc a{display:flex;justify-content:space-between;gap:.75rem;padding:.34rem .6rem;margin-left:-.6rem;border-radius:6px;color:inherit;text-decoration:none}
.toc a:hover{background:var(--line)}
.toc a span{color:var(--soft);white-space:nowrap}
footer{border-top:1px solid var(--line);padding:1.75rem 0 3rem;font-size:.875rem;color:var(--soft)}
footer ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-top:.5rem}
footer li+li{margin-top:0}
@media (max-width:68rem){
.frame{display:block}
.toc{position:static;max-height:none;padding:0 0 .75rem;overflow-x:auto}
.toc ul{display:flex;gap:.35rem;padding:.2rem}
.toc a{margin:0;white-space:nowrap;background:var(--card);border:1px solid var(--line);padding:.3rem .7rem}}
@media (max-width:40rem){
body{font-size:.9375rem}
.wrap{padding:0 1rem}
h1{font-size:1.625rem}
.top{padding:1.25rem 0}
.top .wrap{gap:0 1rem}
.top .dial{grid-row:1}
.top .facts{grid-column:1/3}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:.75rem 1rem}
section{padding:1.6rem 0}}
`;
