// note: variables that hold themselves, and some that grow without end
// expect: true
// expect: RangeError
pm.environment.set('loop', '{{loop}}');
mk.log(pm.variables.replaceIn('{{loop}}') === '{{loop}}');
var big = new Array(1001).join('x{{b}}');
pm.environment.set('a', big); pm.environment.set('b', new Array(1001).join('{{c}}')); pm.environment.set('c', new Array(1001).join('y'));
try { pm.variables.replaceIn('{{a}}'); } catch (e) { mk.log(e.name); }
