// The globals of legacy scripts: mk, pm and the older names of Postman's sandbox. Each part is loaded when it is first
// touched. ES5, so that it runs as it is.
(function () {
  // What the parts share: the request and the response that scripts look at.
  var state = {
    spec: null,      // of the collection's request, before it is sent
    sent: null,      // {method, url, headers, body} as it went out
    request: null,   // pm.request, once it was asked for
    raw: null,       // Response of the engine
    response: null,  // pm.response, once it was asked for
    event: '',       // 'prerequest' or 'test'
    item: null,      // of the collection
    next: undefined, // setNextRequest: a name, null for the end
    skip: false,
    pending: [],     // tests whose done() was not called yet
    iteration: -1,
    tests: null
  };

  // Something of the last iteration must not be seen in this one.
  state.begin = function () {
    if (state.iteration !== __ITER) {
      state.iteration = __ITER;
      state.spec = state.sent = state.request = state.raw = state.response = state.tests = null;
      state.pending = [];
      if (state.onIteration) { state.onIteration(); }
    }
  };
  state.received = function (sent, raw) {
    state.begin();
    state.sent = sent;
    state.raw = raw;
    state.request = state.response = null;
  };
  exports.state = state;

  // Rows are shared by all virtual users: an array of them is made while scripts are loaded, or never.
  if (require('made:variables.json').rows !== '') { require('jslib:legacy_variables'); }

  // Natives ask this for the value of a global: the accessors themselves are no functions of the heap.
  require('mockarty/legacy').installGlobals(function (name) {
    switch (name) {
      case 'mk': return require('jslib:legacy_mk');
      case 'pm': return require('jslib:legacy_pm').pm;
      case 'postman': return require('jslib:legacy_pm').postman;
      case 'tv4': return require('jslib:legacy_schema').tv4;
      case 'tests': return require('jslib:legacy_pm').tests();
      case 'CryptoJS': case 'cheerio': case 'xml2Json': case 'moment': case '_':
        throw new ReferenceError(name + ' of Postman\'s sandbox is not available here' +
          (name === 'CryptoJS' ? ': use require(\'k6/crypto\')' : name === 'cheerio' ? ': use require(\'k6/html\')' : ''));
      default: return require('jslib:legacy_pm').old(name);
    }
  });
})();
