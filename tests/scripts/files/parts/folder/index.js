exports.found = 'found';
