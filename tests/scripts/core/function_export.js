// expect: ran
module.exports = function () { console.log('ran'); };
