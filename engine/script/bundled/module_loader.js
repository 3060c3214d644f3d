// import() and `await` outside of functions: the standard's algorithm for modules of which some take time
// (ECMA-262, Evaluate() of cyclic module records). Only tests that have one of both load it; host does the rest, see
// module_loader.cc. Nothing here may rely on globals that a script can replace later.
var LINKED = 0, EVALUATING = 1, WAITING = 2, DONE = 3;
var PromiseOf = Promise, then = Promise.prototype.then, resolved = Promise.resolve, bare = Object.create;

return function (host) {
  var records = {}, visits = 0, orders = 0;

  function recordOf(index) {
    var record = records[index];
    if (record === undefined) {
      record = records[index] = {
        index: index, state: host.ran(index) ? DONE : LINKED, isAsync: host.isAsync(index), order: 0, pending: 0,
        parents: [], failed: false, error: undefined, promise: undefined, resolve: undefined, reject: undefined,
        start: undefined, deferred: false, line: 0, column: 0, meta: undefined,
      };
      record.root = record;
    }
    return record;
  }

  function settle(record) {
    record.state = DONE;
    if (record.resolve !== undefined) record.failed ? record.reject(record.error) : record.resolve();
  }

  function failed(record, error) {
    if (record.state === DONE) return;
    record.failed = true;
    record.error = error;
    settle(record);
    for (var i = 0; i < record.parents.length; i++) failed(record.parents[i], error);
  }

  // Those that waited for this one last; a file without `await` of its own is passed on at once.
  function gather(record, ready) {
    for (var i = 0; i < record.parents.length; i++) {
      var parent = record.parents[i];
      if (ready.indexOf(parent) !== -1 || parent.root.failed || --parent.pending > 0) continue;
      ready.push(parent);
      if (!parent.isAsync) gather(parent, ready);
    }
  }

  function finished(record) {
    if (record.state === DONE) return;
    settle(record);
    var ready = [];
    gather(record, ready);
    ready.sort(function (a, b) { return a.order - b.order; });
    for (var i = 0; i < ready.length; i++) {
      if (ready[i].state === DONE) continue;
      try {
        if (ready[i].isAsync) {
          begin(ready[i]);
        } else {
          host.run(ready[i].index);
          settle(ready[i]);
        }
      } catch (error) {
        failed(ready[i], error);
      }
    }
  }

  function begin(record) {
    then.call(resolved.call(PromiseOf, record.start()), function () { finished(record); },
      function (error) { failed(record, error); });
  }

  // One file of a walk in the order of imports; files of a cycle get the state of its first one together. One that waits
  // exports its functions before anything else runs. Others of a cycle run when the first one asks for them.
  function visit(record, stack) {
    if (record.state === EVALUATING) return;
    if (record.state !== LINKED) {
      if (record.failed) throw record.error;
      return;
    }
    record.state = EVALUATING;
    record.number = record.lowest = ++visits;
    stack.push(record);
    if (record.isAsync) record.start = host.run(record.index);
    var needed = host.needs(record.index);
    for (var i = 0; i < needed.length; i++) {
      var other = recordOf(needed[i]);
      visit(other, stack);
      if (other.state === EVALUATING) {
        if (other.lowest < record.lowest) record.lowest = other.lowest;
      } else {
        other = other.root;
        if (other.failed) throw other.error;
      }
      if (other.order !== 0 && other.state !== DONE) {
        record.pending++;
        other.parents.push(record);
      }
    }
    if (record.pending > 0 || record.isAsync) {
      record.order = ++orders;
      if (record.pending === 0) begin(record);
    } else if (record.lowest === record.number) {
      host.run(record.index);
    } else {
      record.deferred = true;
    }
    if (record.lowest !== record.number) return;
    for (i = stack.indexOf(record); i < stack.length; i++) if (stack[i].deferred) host.run(stack[i].index);
    for (var member; member !== record;) {
      member = stack.pop();
      member.state = member.order !== 0 ? WAITING : DONE;
      member.root = record;
    }
  }

  // A promise that is settled when the file, and what it imports, has run.
  function evaluate(index) {
    var record = recordOf(index).root;
    if (record.promise !== undefined) return record.promise;
    return record.promise = new PromiseOf(function (resolve, reject) {
      record.resolve = resolve;
      record.reject = reject;
      if (record.state !== LINKED) {
        if (record.state === DONE) settle(record);
        return;
      }
      var stack = [];
      try {
        visit(record, stack);
        if (record.state === DONE) resolve();
      } catch (error) {
        for (var i = 0; i < stack.length; i++) {
          stack[i].failed = true;
          stack[i].error = error;
          stack[i].state = DONE;
        }
        reject(error);
      }
    });
  }

  // import(): later than the code that calls it, as everywhere.
  function load(from, specifier, options) {
    return new PromiseOf(function (resolve) {
      var target = host.find(from, specifier, options);
      resolve(then.call(resolved.call(PromiseOf), function () {
        if (typeof target === "string") return host.engine(target);
        return then.call(evaluate(target), function () { return host.exported(target); });
      }));
    });
  }

  function metaOf(record) {
    if (record.meta === undefined) {
      record.meta = bare(null);
      record.meta.url = host.url(record.index);
      record.meta.resolve = function resolve(specifier) { return host.resolve(record.index, specifier); };
    }
    return record.meta;
  }

  return {
    evaluate: evaluate,
    // What a file gets to do the above with; see src/modules.js of the converter.
    bind: function (index) {
      var record = recordOf(index);
      return function (operation, value, line, column) {
        if (operation === 0) return load(index, value, line);
        if (operation === 1) return metaOf(record);
        record.line = line;
        record.column = column;
        return value;
      };
    },
    // [index, line, column] of the file whose error the main script's is, or of the first that has begun and not ended.
    culprit: function (main) {
      var failure = recordOf(main), found;
      for (var index in records) {
        var record = records[index];
        var wanted = failure.failed ? record.failed && record.error === failure.error
                                    : record.state === WAITING && record.pending === 0;
        if (wanted && record.line > 0 && !(found && found.order < record.order)) found = record;
      }
      return found && [found.index, found.line, found.column];
    },
  };
};
