// expect-error: first_line_error.js:2:10: ReferenceError
mk.http; undefinedName();
