/** What the hub's pages have and a report has not. */
export const HUB_STYLE = `
.masthead{border-bottom:1px solid var(--line);background:var(--card)}
.masthead .wrap{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;padding-top:.6rem;padding-bottom:.6rem}
.masthead .brand{font-size:1rem;color:var(--ink);text-decoration:none}
.masthead nav{display:flex;flex-wrap:wrap;gap:.25rem}
.masthead nav a{white-space:nowrap;padding:.25rem .6rem;border-radius:6px;color:inherit;text-decoration:none}
.masthead nav a:hover{background:var(--well)}
.masthead nav a[aria-current]{background:var(--well);font-weight:600}
.find{flex:1 1 14rem;max-width:24rem;margin-left:auto}
input,select,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:6px;padding:.35rem .6rem;max-width:100%}
.find input{width:100%}
.who{display:flex;align-items:center;gap:.6rem;font-size:.9375rem}
form.inline{display:inline}
.head{padding:1.75rem 0 1rem}
.head h1+p{margin-top:.35rem}
main{outline:0}
main>.told{margin-top:1rem}
main>section:first-of-type{border-top:0}
.two{display:grid;grid-template-columns:minmax(0,1.7fr) minmax(0,1fr);gap:0 2.5rem;align-items:start}
.two>section{border-top:0;padding-top:0}
.aside{background:var(--card);border:1px solid var(--line);border-left:3px solid var(--tone,var(--edge));border-radius:0 10px 10px 0;padding:1rem 1.15rem!important;margin-bottom:2rem}
.aside h2{font-size:1.0625rem;margin-bottom:.5rem}
.line{display:grid;grid-template-columns:7.75rem minmax(0,1fr);gap:.75rem;align-items:start}
.line>.badge{justify-self:start;white-space:nowrap}
#nodes :is(th,td){white-space:nowrap}
.line a{color:inherit;text-decoration-color:var(--edge)}
.line a:hover{color:var(--link)}
.groups a{font-size:1.0625rem}
.rows>li{display:flex;flex-wrap:wrap;gap:.25rem .9rem;align-items:baseline}
.counts{margin-left:auto}
main details{margin-top:.9rem}
main details>summary{cursor:pointer;padding:.35rem 0;color:var(--link)}
main details>.list{margin-top:.35rem}
li .sub.code{white-space:normal}
.crumbs{font-size:.9375rem;margin-bottom:.35rem}
.cell,#matrix-table th{white-space:nowrap}
#matrix-table th a{display:inline-block;max-width:14rem;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom}
#matrix-table thead th+th{padding-left:.6rem;padding-right:.6rem}
#matrix-table tbody td:last-child{padding-left:.6rem}
#matrix-table caption{white-space:normal;max-width:calc(100vw - 2rem)}
.cell{padding-left:.6rem;padding-right:.6rem}
.head .facts{margin-top:1.1rem}
.cell.unseen{background:repeating-linear-gradient(135deg,var(--unknown-g) 0 6px,transparent 6px 12px)}
.fields{display:grid;gap:.9rem;max-width:32rem;margin-top:.9rem}
.fields label{display:grid;gap:.25rem;font-size:.9375rem}
.fields .check{display:flex;gap:.5rem;align-items:baseline}
.fields fieldset{border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem}
.filters{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end}
.filters :is(input,select,button){height:2.25rem}
.filters label{display:grid;gap:.2rem;font-size:.875rem}
button.main{background:var(--link);border-color:var(--link);color:var(--page);font-weight:600;padding:.4rem 1rem;justify-self:start}
button.main:hover{color:var(--page);filter:brightness(1.1)}
.login{max-width:26rem}
.pager{display:flex;gap:1rem;margin-top:1rem}
@media (max-width:56rem){.two{grid-template-columns:minmax(0,1fr)}}
@media (max-width:40rem){
.line{grid-template-columns:minmax(0,1fr);gap:.2rem}
.masthead nav{order:8;flex-basis:100%;margin-left:-.45rem;gap:0;font-size:.9375rem}
.find{flex-basis:100%;max-width:none;order:9}
.who{margin-left:auto}
.counts{margin-left:0}
.masthead nav a{padding:.35rem .45rem}
button{padding:.35rem .6rem}}
@media print{.masthead,.find,form{display:none}}
`;
