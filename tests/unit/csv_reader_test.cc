#include "engine/modules/csv_reader.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The rows, and at the end "error: ..." where there was one. Each row is read by a reader of its own, as Parser does.
std::vector<std::string> Rows(std::string_view text, const CsvOptions& options = {}) {
  std::vector<std::string> rows;
  CsvReader whole(text, options);
  CsvReader::Place place;
  for (int i = 0; i < 10'000; ++i) {
    std::string row;
    std::string again;
    const CsvReader::Result result = whole.Next(&row);
    CsvReader part(text, options);
    part.set_place(place);
    EXPECT_EQ(part.Next(&again), result) << row << " / " << again;
    place = part.place();
    if (result == CsvReader::Result::kEnd) {
      return rows;
    }
    EXPECT_EQ(row, again);
    rows.push_back(result == CsvReader::Result::kError ? "error: " + row : row);
    if (result == CsvReader::Result::kError) {
      return rows;
    }
  }
  ADD_FAILURE() << "does not come to an end";
  return rows;
}

TEST(CsvReader, PlainRows) {
  EXPECT_THAT(Rows("a,b\n1,2\n"), ElementsAre(R"(["a","b"])", R"(["1","2"])"));
  EXPECT_THAT(Rows("a,b\r\n1,2"), ElementsAre(R"(["a","b"])", R"(["1","2"])"));
  EXPECT_THAT(Rows("\xEF\xBB\xBF\n\n a , b\n\r\n\n"), ElementsAre(R"([" a "," b"])"));
  EXPECT_THAT(Rows("a,\n,b\n,"), ElementsAre(R"(["a",""])", R"(["","b"])", R"(["",""])"));
  EXPECT_THAT(Rows("one"), ElementsAre(R"(["one"])"));
  for (const char* nothing : {"", "\n\r\n\n", "\xEF\xBB\xBF"}) {
    EXPECT_THAT(Rows(nothing), IsEmpty());
  }
}

TEST(CsvReader, Quotes) {
  EXPECT_THAT(Rows("\"a,b\",\"c\"\"d\"\n\"x\ny\",\"\"\n"), ElementsAre(R"(["a,b","c\"d"])", R"(["x\u000ay",""])"));
  EXPECT_THAT(Rows("a\"b,c\n"), ElementsAre(R"(["a\"b","c"])"));
  EXPECT_THAT(Rows("\"\"\"\"\n"), ElementsAre(R"(["\""])"));
  EXPECT_THAT(Rows("a,b\n1,\"2\n3,4\n"), ElementsAre(R"(["a","b"])", "error: line 1: a quote (\") has no end"));
  EXPECT_THAT(Rows("a\n\"b\"c\n"),
              ElementsAre(R"(["a"])", "error: line 1: field 1: text stands behind the closing quote (\")"));
  EXPECT_THAT(Rows("\"\"c\n"), ElementsAre("error: line 0: field 1: text stands behind the closing quote (\")"));
  EXPECT_THAT(Rows("\""), ElementsAre("error: line 0: a quote (\") has no end"));
}

TEST(CsvReader, TextIsEscaped) {
  EXPECT_THAT(Rows("\\\t\x01\x7f\xc3\xa9,\n"), ElementsAre("[\"\\\\\\u0009\\u0001\x7f\xc3\xa9\",\"\"]"));
}

TEST(CsvReader, Options) {
  const std::string text = "n,v\na,1\nb,2\nc,3\n";
  EXPECT_THAT(Rows(text, {.skip_first_line = true, .to_line = 1}), ElementsAre(R"(["a","1"])"));
  EXPECT_THAT(Rows(text, {.as_objects = true, .from_line = 2}),
              ElementsAre(R"({"n":"b","v":"2"})", R"({"n":"c","v":"3"})"));
  EXPECT_THAT(Rows(text, {.from_line = 1, .to_line = 2}), ElementsAre(R"(["a","1"])", R"(["b","2"])"));
  EXPECT_THAT(Rows(text, {.from_line = 9}), IsEmpty());
  EXPECT_THAT(Rows("a|b\n1|2", {.delimiter = '|'}), ElementsAre(R"(["a","b"])", R"(["1","2"])"));
}

TEST(CsvReader, RowsOfAnotherLengthAreNamed) {
  EXPECT_THAT(Rows("a,b\n1\n"),
              ElementsAre(R"(["a","b"])", "error: line 1: expected 2 fields, as the first line has, got 1"));
  EXPECT_THAT(Rows("a\n1,2\n", {.as_objects = true}),
              ElementsAre("error: line 1: expected 1 fields, as the first line has, got 2"));
}

}  // namespace
}  // namespace mockarty
