#include <string.h>

#include "mkre_tables.inc"
#include "third_party/duktape/lib/regexp/mkre.h"

static int32_t mapped(const int32_t (*pairs)[2], size_t count, int32_t c) {
  size_t low = 0, high = count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (pairs[middle][0] < c) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count && pairs[low][0] == c ? pairs[low][1] : c;
}

int32_t mkre_upper(int32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  return mapped(to_upper, sizeof(to_upper) / sizeof(to_upper[0]), c);
}

int32_t mkre_lower(int32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  return mapped(to_lower, sizeof(to_lower) / sizeof(to_lower[0]), c);
}

int32_t mkre_canonical(int32_t c, unsigned flags) {
  /* Simple case folding leaves the Turkish letters alone. */
  if (flags & MKRE_UNICODE) return c == 0x130 || c == 0x131 ? c : mkre_lower(mkre_upper(c));
  const int32_t upper = mkre_upper(c);
  return c >= 0x80 && upper < 0x80 ? c : upper;
}

static size_t find(const char* prefix, const char* name, size_t length, const uint32_t (**ranges)[2]) {
  char wanted[64];
  const size_t before = strlen(prefix), count = sizeof(properties) / sizeof(properties[0]);
  size_t low = 0, high = count;
  if (before + length >= sizeof(wanted)) return 0;
  memcpy(wanted, prefix, before);
  memcpy(wanted + before, name, length);
  wanted[before + length] = '\0';
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (strcmp(properties[middle].name, wanted) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == count || strcmp(properties[low].name, wanted) != 0) return 0;
  *ranges = properties[low].ranges;
  return properties[low].count;
}

size_t mkre_property(const char* name, size_t length, const uint32_t (**ranges)[2]) {
  static const struct {
    const char *written, *prefix;
  } kinds[] = {{"General_Category=", "gc="},  {"gc=", "gc="}, {"Script=", "sc="}, {"sc=", "sc="}, {"scx=", "scx="},
               {"Script_Extensions=", "scx="}};
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    const size_t skip = strlen(kinds[i].written);
    if (length > skip && memcmp(name, kinds[i].written, skip) == 0) {
      return find(kinds[i].prefix, name + skip, length - skip, ranges);
    }
  }
  if (memchr(name, '=', length) != NULL) return 0;
  const size_t count = find("", name, length, ranges);
  return count > 0 ? count : find("gc=", name, length, ranges);
}
