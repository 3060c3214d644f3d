// expect: own undefined
// note: a variable of that name is the script's own, and the globals are not made
var pm = { name: 'own' };
exports['default'] = function () { console.log(pm.name, typeof mk); };
pm.x = 1;
