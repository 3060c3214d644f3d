// Carries out the plan of a collection (engine/script/collection.h): one call is one pass. ES5.
var core = require('mockarty/core');
var native = require('mockarty/legacy');
var state = require('jslib:legacy').state;
var variables = require('jslib:legacy_variables');
var sender = require('jslib:legacy_request');
var plan = require('made:plan.json');

var MAX_REQUESTS = 10000;   // of a pass, so that setNextRequest() in a circle ends

// The first item that sends a file.
function sends(index) {
  return plan.items.filter(function (item) {
    var body = item.request.body;
    return body && (body.file === index || (body.fields || []).some(function (field) { return field[3] === index; }));
  })[0].path;
}

// `load` is require of the main file, which knows the scripts; `open` reads files of the collection's folder.
module.exports = function (load, open) {
  variables.fillCollection(plan.variables);
  sender.setFiles(plan.files.map(function (path, index) {
    try {
      return { path: path, data: open(path, 'b') };
    } catch (error) {
      error.message = sends(index) + ': ' + error.message;
      throw error;
    }
  }));
  var items = plan.items;
  var byName = Object.create(null);   // name or id -> index; the last of a name wins, as in Postman
  items.forEach(function (item, i) {
    byName[item.name] = i;
    if (item.id !== '') { byName[item.id] = i; }
  });

  var next;      // index of the item that comes next; items.length: the end
  var count;     // requests of this pass
  var failure;   // {error}: the first of a script

  function fail(error) {
    if (native.interrupted()) { throw error; }
    failure = failure || { error: error };
  }

  // Each script of an event, then what it has started. False: skipRequest().
  function runScripts(list, event) {
    state.event = event;
    for (var i = 0; i < list.length; ++i) {
      try {
        load('script:' + list[i])['default']();
        native.drain();
      } catch (error) {
        if (!state.skip) { fail(error); }
      }
      if (state.pending.length > 0) {
        state.pending.forEach(function (unfinished) { unfinished(); });
        state.pending = [];
      }
      if (state.skip) { return false; }
    }
    return true;
  }

  function runItem(item) {
    if (++count > MAX_REQUESTS) {
      throw new Error(item.path + ': more than ' + MAX_REQUESTS + ' requests in one pass: setNextRequest() goes round in a circle');
    }
    state.begin();
    state.item = item;
    state.spec = item.request;
    state.sent = state.request = state.raw = state.response = state.tests = null;
    state.next = undefined;
    state.skip = false;
    if (runScripts(item.pre, 'prerequest')) {
      try {
        send(item);
      } catch (error) {
        if (!(error instanceof Error)) { throw error; }
        error.message = item.path + ': ' + error.message;
        fail(error);
      }
      if (state.raw !== null) { runScripts(item.test, 'test'); }
    }
    state.event = '';
  }
  function send(item) {
    var spec = state.request === null ? item.request : state.request.toSpec();
    var prepared = sender.prepare(spec, spec.literal ? '' : item.path);
    state.spec = spec;
    state.received(prepared, sender.send(prepared));
  }

  function choose() {
    if (state.next === undefined) { ++next; return; }
    if (state.next === null) { next = items.length; return; }
    var found = byName[state.next];
    if (found === undefined) {
      fail(new Error(state.item.path + ': setNextRequest: there is no request named "' + state.next + '"'));
      next = items.length;
      return;
    }
    next = found;
  }

  // Items of one folder share its group.
  function run(depth, folder) {
    while (next < items.length) {
      var folders = items[next].folders;
      if (depth > 0 && folders[depth - 1] !== folder) { return; }
      if (folders.length > depth) {
        enter(depth, folders[depth]);
      } else {
        runItem(items[next]);
        choose();
      }
    }
  }
  function enter(depth, folder) {
    core.group(plan.folders[folder], function () { run(depth + 1, folder); });
  }

  return function () {
    state.begin();
    next = count = 0;
    failure = null;
    run(0, -1);
    state.item = null;
    if (failure !== null) { throw failure.error; }
  };
};
