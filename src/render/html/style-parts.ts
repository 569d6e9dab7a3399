/** What stands inside the sections. */
export const PART_STYLE = `
.critical{--tone:var(--critical);--ground:var(--critical-g);--fill:var(--critical-f)}
.warning{--tone:var(--warning);--ground:var(--warning-g);--fill:var(--warning-f)}
.notice{--tone:var(--notice);--ground:var(--notice-g);--fill:var(--notice-f)}
.healthy{--tone:var(--healthy);--ground:var(--healthy-g)}
.waiting{--tone:var(--unknown);--ground:var(--unknown-g)}
.unknown{--tone:var(--unknown);--ground:var(--unknown-g);--fill:var(--unknown)}
.badge{display:inline-block;padding:.06rem .5rem;border-radius:99px;font-size:.8125rem;line-height:1.5;font-weight:600;overflow-wrap:anywhere;color:var(--tone);background:var(--ground)}
.badge.large{font-size:1rem;padding:.2rem .85rem}
.badge i{font-style:normal;margin-right:.3em}
.tag{font-size:.8125rem;font-weight:400}
time{white-space:nowrap}
.tag.new{white-space:nowrap;color:var(--ink);font-weight:600;border:1px solid var(--edge);border-radius:99px;padding:0 .5rem}
.code{font:600 .8125rem/1.5 var(--mono);white-space:nowrap}
a.code{display:inline-block;line-height:1.5rem}
.lead{font-size:1.125rem;line-height:1.5}
.lead{max-width:46rem}
.lead+p{margin-top:.6rem;max-width:46rem}
.told{border-left:3px solid var(--tone);background:var(--ground);padding:.9rem 1.1rem;border-radius:0 10px 10px 0;max-width:48rem}
.told+*{margin-top:1rem}
.told .badge{background:var(--card);margin-bottom:.4rem}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:0 2.5rem;margin-top:1.25rem}
.pairs>div{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.45rem 0;border-top:1px solid var(--line)}
.pairs dt{flex:1;font-size:.9375rem;min-width:8rem}
.pairs dd{font-weight:600}
.pairs dd.note{flex-basis:100%;font-weight:400;font-size:.8125rem;color:var(--soft)}
.meters{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem 2.5rem}
.meters dd{font-weight:600}
.meters dd small{display:block;font-weight:400;font-size:.8125rem;color:var(--soft)}
.bar{width:100%;height:.4rem;margin:.35rem 0 .2rem;border-radius:99px;background:var(--line);overflow:hidden;color:var(--tone,var(--bar))}
.list{list-style:none;padding:0}
.list>li{padding:.5rem 0;border-top:1px solid var(--line);margin:0}
.list>li:last-child{border-bottom:1px solid var(--line)}
.steps{padding-left:1.4rem;max-width:46rem}
.steps li{margin-top:.6rem;padding-left:.2rem}
.problem,.fold{background:var(--card);border:1px solid var(--line);border-left:3px solid var(--tone,var(--edge));border-radius:0 10px 10px 0;margin-top:.6rem}
.problem:target{outline:2px solid var(--link);outline-offset:2px}
.problem>summary,.fold>summary{padding:.65rem 1rem;border-radius:0 10px 10px 0}
.problem>summary .tag,.problem>summary .badge{margin-left:.5rem}
.problem>summary .code,.fold>summary .code{color:var(--soft);white-space:normal;margin-left:.35rem}
.problem[open]>summary,.fold[open]>summary{border-bottom:1px solid var(--line)}
.problem>.detail{padding:.85rem 1rem 1rem}
.fold>.problem{margin:.5rem .75rem}
.off{display:none!important}
#one{padding:1rem 0}
#one h2{margin:0}
#one:not([hidden])~section :is(.n,#matrix .tools){display:none}
.rest>summary h2{display:inline;font-size:1.0625rem}
section:has(>.rest){padding:1rem 0}
.rest[open]>summary{margin-bottom:.9rem}
summary{cursor:pointer}
summary::marker{color:var(--soft)}
.more>summary{padding:.5rem 0;color:var(--link);width:fit-content}
.detail{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.6rem 1rem;font-size:.9375rem}
.detail dt{padding-top:.1rem}
.detail ul{padding-left:1rem}
.src,.sub{display:block;font-size:.8125rem;line-height:1.45;font-weight:400}
.src{font-family:var(--mono)}
.sub{color:var(--soft)}
.cap{min-width:11.5rem}
.stack tbody th{min-width:10.5rem}
#pool-table th{min-width:0}
#guest-table td{overflow-wrap:break-word}
.held{width:45%}
pre{position:relative;margin-top:.4rem;padding:.5rem .75rem;background:var(--well);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap;font-size:.8125rem;line-height:1.5}
pre.has-copy{padding-right:4.75rem;min-height:2.4rem}
button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:6px;padding:.1rem .55rem;cursor:pointer}
button:hover{border-color:var(--link);color:var(--link)}
pre button{position:absolute;right:.4rem;top:.35rem;font:500 .75rem/1.5 var(--sans)}
.scroll{overflow-x:auto;margin-top:.9rem}
.scroll.tall{max-height:34rem;overflow-y:auto;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;font-size:.875rem;padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.45rem 1.25rem .45rem 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8125rem;font-weight:600;color:var(--soft);white-space:nowrap}
.scroll.tall thead th{position:sticky;top:0;background:var(--page);box-shadow:0 1px 0 var(--line)}
tbody th{font-weight:600}
.num{text-align:right;white-space:nowrap}
th button{all:unset;cursor:pointer}
th button::after{content:"\\2195";opacity:.55;display:inline-block;width:1em;text-align:center}
th[aria-sort=ascending] button::after{content:"\\2191";opacity:1}
th[aria-sort=descending] button::after{content:"\\2193";opacity:1}
th button:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.tools{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.5rem;margin-top:.9rem;font-size:.9375rem}
.tools:empty{display:none}
.tools label{display:flex;align-items:center;gap:.4rem}
.tools input[type=search],.tools select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:6px;padding:.25rem .6rem;max-width:13rem}
#matrix:has(#only:checked) .ok{display:none}
.chips{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem;margin-top:.6rem}
.chips li{margin:0;padding:.15rem .6rem;border:1px solid var(--line);border-radius:8px;background:var(--card);font-size:.9375rem}
.chart{display:grid;grid-template-columns:2.5rem minmax(0,1fr);gap:.15rem .6rem;margin-top:1rem;font-size:.75rem;color:var(--soft)}
.chart .y{display:flex;flex-direction:column;justify-content:space-between;text-align:right;line-height:1}
.chart .x{grid-column:2;display:flex;justify-content:space-between}
.chart svg{width:100%;height:8.5rem;overflow:visible}
.chart .rule{stroke:var(--line)}
.gap{fill:var(--unknown);opacity:.22}
.f{fill:var(--fill)}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;font-size:.8125rem;color:var(--soft);margin-top:.5rem}
.key li{margin:0;display:flex;align-items:center;gap:.4rem}
.key svg{width:.7rem;height:.7rem}
.dial{width:7.5rem;text-align:center;font-size:.875rem;color:var(--soft)}
.dial svg{width:7rem;height:7rem;margin:0 auto .4rem}
.dial .ring{fill:none;stroke:var(--line);stroke-width:8}
.dial .part{fill:none;stroke:var(--tone);stroke-width:8}
.dial .none{fill:none;stroke:var(--tone);stroke-width:3;stroke-dasharray:3 4}
.dial text{font:650 46px/1 var(--sans);fill:var(--tone);text-anchor:middle}
@media (max-width:40rem){
.lead{font-size:1.0625rem}
.detail{grid-template-columns:minmax(0,1fr);gap:.15rem}
.detail dd+dt{margin-top:.6rem}
.problem>summary,.problem>.detail{padding-left:.75rem;padding-right:.75rem}
th,td{padding-right:.8rem}
#guest-table{font-size:.875rem}
#guest-table th,#guest-table td{padding-right:.55rem}
.dial{width:5.5rem;font-size:.75rem;line-height:1.35}
.dial svg{width:4.5rem;height:4.5rem}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack table,.stack tbody,.stack tr,.stack th,.stack td,.stack caption{display:block}
.stack tr{padding:.6rem 0;border-bottom:1px solid var(--line)}
.stack th,.stack td{border:0;padding:.1rem 0;min-width:0}
.stack td:empty{display:none}
.stack .num{text-align:left}
.stack td::before{color:var(--soft);font-size:.8125rem}
[id^=leftover] td:nth-child(2)::before{content:"Entries: "}
[id^=leftover] td:nth-child(3)::before{content:"Volumes: "}
[id^=mount] td:nth-child(2)::before{content:"On: "}
[id^=mount] td:nth-child(5)::before,[id^=leftover] td:nth-child(4)::before,[id*=device] td:nth-child(4)::before,#pool-table td:nth-child(6)::before{content:"Problems: "}
#pool-table td:nth-child(2)::before{content:"Data: "}
#pool-table td:nth-child(3)::before{content:"Metadata: "}
#pool-table td:nth-child(4)::before{content:"Free in its VG: "}
#pool-table td:nth-child(5)::before{content:"Guests: "}
.cap{max-width:20rem}
.held{width:auto}}
`;
