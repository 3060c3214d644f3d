// note: variables of the local scope belong to one iteration, those of the environment stay
// iterations: 2
// expect: undefined undefined
// expect: undefined 1
mk.log(pm.variables.get('local'), pm.environment.get('kept'));
pm.variables.set('local', 1);
pm.environment.set('kept', 1);
