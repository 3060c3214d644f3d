// expect-error: mk.test: expected a function as the second argument, got 5
mk.test('x', 5);
