// expect: Привет 😀 done 7 6
// expect: Привет, мир! ÜNÏCÖDÉ
// expect: ключ,名前 namae
// expect: true 語本日
const приветствие = 'Привет';
const emoji = '😀 done';
print(приветствие, emoji, emoji.length, приветствие.length);
print(`${приветствие}, ${'мир'}!`, 'ünïcödé'.toUpperCase());
const o = { 'ключ': 1, 名前: 'namae' };
print(Object.keys(o).join(), o.名前);
print('\u00e9' === 'é', '日本語'.split('').reverse().join(''));
