// env: FROM_CLI=cli
// expect: local data-less environment collection global cli
// expect: undefined true false
// expect: {"e":"environment","shared":"environment"}
// expect: unset: undefined, environment left
// expect: a-b-local {"list":["local",1],"deep":{"x":"environment"}}
// expect: {{nothing}} 
// expect: local
// expect: undefined
// iterations: 1
pm.globals.set('g', 'global'); pm.globals.set('shared', 'global');
pm.collectionVariables.set('c', 'collection'); pm.collectionVariables.set('shared', 'collection');
pm.environment.set('e', 'environment'); pm.environment.set('shared', 'environment');
pm.variables.set('l', 'local');
mk.log(pm.variables.get('l'), 'data-less', pm.variables.get('shared'), pm.collectionVariables.get('c'), pm.variables.get('g'), pm.variables.get('FROM_CLI'));
mk.log(pm.variables.get('no'), pm.variables.has('e'), pm.environment.has('g'));
mk.log(pm.environment.toObject());
pm.variables.set('shared', 'local');
var over = pm.variables.get('shared');
pm.environment.unset('e');
mk.log('unset: ' + pm.environment.get('e') + ', ' + pm.environment.get('shared') + ' left');
pm.environment.set('outer', 'a-{{inner}}'); pm.environment.set('inner', 'b-{{l}}');
pm.environment.set('e2', 'environment');
mk.log(pm.variables.replaceIn('{{outer}}'), pm.variables.replaceIn({ list: ['{{l}}', 1], deep: { x: '{{e2}}' } }));
mk.log(pm.variables.replaceIn('{{nothing}}'), '');
mk.log(over);
pm.environment.clear();
mk.log(pm.environment.get('inner'));
