// expect: Error: open: cannot read 'parts/none.txt': No such file or directory
// expect: Error: open: '../core/check.js' lies outside of the script's folder; --allow-outside-files permits it
// expect: Error: open: '/etc/passwd' lies outside of the script's folder; --allow-outside-files permits it
// expect: Error: open: 'link_outside' lies outside of the script's folder; --allow-outside-files permits it
// expect: TypeError: open: expected the path of a file as the first argument
// expect: TypeError: open: expected 'b' or nothing as the second argument
const messages = [];
const attempt = (...args) => { try { open(...args); messages.push('opened ' + args); } catch (e) { messages.push(String(e)); } };
attempt('./parts/none.txt');
attempt('../core/check.js');
attempt('/etc/passwd');
attempt('./parts/link_outside');
attempt();
attempt('parts/rows.csv', 'x');
export default function () {
  messages.forEach((text) => console.log(text.replace(/cannot read script '.*'/, "cannot read 'parts/none.txt'").replace("'parts/link_outside'", "'link_outside'")));
}
