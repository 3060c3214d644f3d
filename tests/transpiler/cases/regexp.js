// expect: 2024 05 2024 ) 3
// expect: x1 y2
// expect: true false
// expect: null
// expect: true ABC true
// expect: true
// expect: true false
// expect: 05/2024
// expect: 1
const date = /(?<year>\d{4})-(?<month>\d\d)(\))?/;
const m = date.exec('on 2024-05)');
print(m.groups.year, m.groups.month, m[1], m[3], m.index);
const { groups: { a, b } } = 'x1y2'.match(/(?<a>[(\])a-z]\d)(?<b>y\d)/);
print(a, b);
print(/(?<q>['"]).*?\k<q>/.test(`say "it's"`), date.test('nope'));
print('no'.match(/(?<z>z)/));
print(/^.\u{1F600}$/u.test('a😀'), /[\u{41}-Z]+/u.exec('xABC')[0], /é+/u.test('éé'));
print(/a.b/s.test('a\nb'));
const sticky = /\d/y;
sticky.lastIndex = 1;
print(sticky.test('a1'), sticky.test('a1b'));
print('2024-05'.replace(/(?<y>\d+)-(?<m>\d+)/, '$2/$1'));
print(/(?<n>\d)(?!x)(?:y)(?=z)/.exec('1yz').groups.n);
