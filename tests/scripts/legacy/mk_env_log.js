// env: PLACE=here
// expect: here here here true false
// expect: {"a":1} 2
// expect: warned
mk.log(mk.env.PLACE, mk.env('PLACE'), mk.env.get('PLACE'), mk.env.has('PLACE'), mk.env.has('NO_SUCH'));
mk.log.info({ a: 1 }, 2);
mk.log.warn('warned');
