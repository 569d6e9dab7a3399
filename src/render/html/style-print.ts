/** A4, no dark ground, everything that a reader could unfold unfolded, and nothing that only a screen can use. */
export const PRINT_STYLE = `
@page{size:A4;margin:16mm 15mm}
@media print{
:root{color-scheme:light;--page:#fff;--card:#fff}
html{font-size:9.5pt}
body{font-size:1rem}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.toc,.skip,.tools,pre button,.more>summary{display:none}
#guest-table td,td,th{overflow-wrap:anywhere;min-width:0}
th button::after{display:none}
pre.has-copy{padding-right:.75rem}
.wrap{max-width:none;padding:0}
.frame{display:block}
.top{padding-top:0}
section{padding:1.1rem 0}
h2,h3,h4,caption{break-after:avoid}
tr,.list>li,pre,.chart,.dial,.problem>summary{break-inside:avoid}
thead{display:table-header-group}
.scroll,.scroll.tall{overflow:visible;max-height:none}
details::details-content{content-visibility:visible;display:block;height:auto}
details>summary{list-style:none}
details>summary::-webkit-details-marker{display:none}
.problem>summary{border-bottom:1px solid var(--line)}
#matrix .ok{display:table-row!important}
a{color:inherit;text-decoration:none}}
`;
