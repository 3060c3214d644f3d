// Numbers and hostile text for a terminal. Pure; any thread.
#ifndef COMMON_REPORT_TEXT_FORMAT_H_
#define COMMON_REPORT_TEXT_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/metrics/registry.h"

namespace mockarty {

// "850ns", "12.3µs", "4.56ms", "1.23s", "2m05s"; "0" for zero.
std::string FormatMillis(double ms);
// With two decimals in a fixed unit, "s", "ms" or "us"; empty: as FormatMillis().
std::string FormatMillisIn(double ms, std::string_view unit);
// "512 B", "1.23 kB", "4.5 GB": powers of 1000.
std::string FormatBytes(double bytes);
// At most two decimals and no trailing zeros: "12", "0.5", "3.14"; with an exponent from 1e15.
std::string FormatNumber(double value);
std::string FormatValue(double value, ValueUnit unit);
// "12.34%" of a rate from 0 to 1.
std::string FormatPercent(double rate);

// Columns that a terminal needs for text without control characters: wide characters take two, combining ones none.
size_t DisplayWidth(std::string_view text);

// One line of text from a script or a remote, at most `columns` wide: control characters, escape sequences, characters
// that turn the direction of writing and broken UTF-8 become C-like escapes; what does not fit ends in "…".
std::string SafeLine(std::string_view text, size_t columns);

// Filled up with blanks; never cut.
std::string PadRight(std::string_view text, size_t columns);
std::string PadLeft(std::string_view text, size_t columns);

}  // namespace mockarty

#endif  // COMMON_REPORT_TEXT_FORMAT_H_
