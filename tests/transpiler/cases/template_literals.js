// expect: Hello, World!
// expect: 1 + 1 = 2; nested: <WORLD>
// expect: line one
// expect: line two ` ${not} 	|
// expect: a|b\n|c#1,2
// expect: true
// expect: null undefined 1,2 obj
// expect: 2 }{}
const name = 'World';
print(`Hello, ${name}!`);
print(`1 + 1 = ${1 + 1}; nested: ${`<${name.toUpperCase()}>`}`);
print(`line one
line two \` \${not} ${'\t'}|`);
const tag = (strings, ...values) => strings.raw.join('|') + '#' + values.join(',');
print(tag`a${1}b\n${2}c`);
const cooked = (strings) => strings[0];
print(cooked`x\ty` === 'x\ty');
print(`${null} ${undefined} ${[1, 2]} ${{ toString: () => 'obj' }}`);
print(`\u{1F600}`.length, `}` + `{` + `${'}'}`);
