// Scripts checked in a worker process.
#include "engine/task/archive_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/task/task_run.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using testing::TaskRun;

v1::TaskInspect Request(const std::string& script) {
  v1::TaskInspect request;
  request.set_script_name("test.js");
  request.set_script(script);
  return request;
}

TEST(TaskInspection, AGoodScriptBecomesAnArchiveAndAPlan) {
  v1::TaskInspect request = Request(R"(
    import http from 'k6/http';
    console.log('hello ' + __ENV.NAME);
    export const options = { vus: 7, duration: '20s', sandwich: true, thresholds: { checks: ['rate>0.9'] } };
    export default function () { http.get('http://localhost/'); })");
  v1::Variable* variable = request.add_environment();
  variable->set_name("NAME");
  variable->set_value("world");
  request.set_vus(9);
  std::string console;
  const v1::TaskInspection inspection = TaskRun::Inspect(request, &console);
  EXPECT_EQ(inspection.error(), v1::TaskInspection::ERROR_NONE) << inspection.message();
  EXPECT_EQ(inspection.plan().constant_vus().vus(), 9u);
  EXPECT_EQ(inspection.plan().constant_vus().duration_ns(), 20'000'000'000);
  ASSERT_EQ(inspection.plan().thresholds_size(), 1);
  EXPECT_EQ(inspection.plan().thresholds(0).metric(), "checks");
  ASSERT_EQ(inspection.warnings_size(), 1);
  EXPECT_THAT(inspection.warnings(0), HasSubstr("sandwich"));
  EXPECT_THAT(console, HasSubstr("hello world"));
  const auto source = DecodeArchive(inspection.archive());
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->path, "test.js");
  EXPECT_TRUE(source->transpiled);
  EXPECT_EQ(source->content_hash.size(), 64u);
  EXPECT_EQ(*EncodeArchive(*source), inspection.archive());
}

TEST(TaskInspection, WhatIsWrongWithAScriptIsSaid) {
  v1::TaskInspection bad = TaskRun::Inspect(Request("exports.default = function () {\n  var 1;\n};"), nullptr);
  EXPECT_EQ(bad.error(), v1::TaskInspection::ERROR_BAD_INPUT);
  EXPECT_THAT(bad.message(), HasSubstr("test.js:2"));
  EXPECT_EQ(bad.archive(), "");

  bad = TaskRun::Inspect(Request("exports.options = { vus: -1 }; exports.default = function () {};"), nullptr);
  EXPECT_EQ(bad.error(), v1::TaskInspection::ERROR_BAD_INPUT);
  EXPECT_THAT(bad.message(), HasSubstr("vus"));

  bad = TaskRun::Inspect(
      Request("exports.options = { thresholds: { checks: ['p(95)<1'] } }; exports.default = function () {};"), nullptr);
  EXPECT_EQ(bad.error(), v1::TaskInspection::ERROR_BAD_INPUT);

  v1::TaskInspect request = Request("exports.default = function () {};");
  request.set_vus(2'000'000);
  bad = TaskRun::Inspect(request, nullptr);
  EXPECT_EQ(bad.error(), v1::TaskInspection::ERROR_BAD_INPUT);
  EXPECT_THAT(bad.message(), HasSubstr("vus: expected 1 to 1000000, got 2000000"));
}

TEST(TaskInspection, AThrowingScriptIsToldApart) {
  const v1::TaskInspection threw =
      TaskRun::Inspect(Request("\nthrow new Error('no luck');\nexports.default = function () {};"), nullptr);
  EXPECT_EQ(threw.error(), v1::TaskInspection::ERROR_INIT_THREW);
  EXPECT_THAT(threw.message(), HasSubstr("no luck"));
  EXPECT_THAT(threw.message(), HasSubstr("test.js:2"));
}

TEST(TaskInspection, AnEndlessTopLevelIsEnded) {
  v1::TaskInspect request = Request("for (;;) {}\nexports.default = function () {};");
  request.set_init_timeout_ns(200'000'000);
  const v1::TaskInspection threw = TaskRun::Inspect(request, nullptr);
  EXPECT_EQ(threw.error(), v1::TaskInspection::ERROR_INIT_THREW);
  EXPECT_NE(threw.message(), "");
}

// What it has started is bounded by the same limit, and the message says where that was.
TEST(TaskInspection, ATopLevelThatWaitsWithoutEndIsEnded) {
  for (const auto& [script, place] : {
           std::pair{"\nsetInterval(function () {}, 1);\nexports.default = function () {};",
                     "test.js:2:1: Error: the init stage did not end within its time limit: this interval was not"},
           std::pair{"\n\n  setTimeout(function () {}, 1e6);\nexports.default = function () {};",
                     "test.js:3:3: Error: the init stage did not end within its time limit: this timer"},
           std::pair{"function f() { setImmediate(f); }\nf();\nexports.default = f;",
                     "time limit: 1 timers are pending"},
           std::pair{"function f() { Promise.resolve().then(f); }\nf();\nexports.default = f;", "execution timeout"},
       }) {
    v1::TaskInspect request = Request(script);
    request.set_init_timeout_ns(200'000'000);
    const v1::TaskInspection threw = TaskRun::Inspect(request, nullptr);
    EXPECT_EQ(threw.error(), v1::TaskInspection::ERROR_INIT_THREW) << script;
    EXPECT_THAT(threw.message(), HasSubstr(place));
  }
}

TEST(TaskInspection, AnArchiveKeepsWhichImportsAreDeclared) {
  const v1::TaskInspection inspection = TaskRun::Inspect(
      Request("import { URL } from 'https://jslib.k6.io/url/1.0.0/index.js';\nconst later = () => "
              "import('https://jslib.k6.io/k6-utils/1.4.0/index.js');\nexport default function () { return URL; }"),
      nullptr);
  ASSERT_EQ(inspection.error(), v1::TaskInspection::ERROR_NONE) << inspection.message();
  const absl::StatusOr<ScriptSource> source = DecodeArchive(inspection.archive());
  ASSERT_TRUE(source.ok()) << source.status();
  ASSERT_EQ(source->imports.size(), 2u);
  EXPECT_TRUE(source->imports[0].is_static);
  EXPECT_FALSE(source->imports[1].is_static);
}

TEST(ArchiveCodec, HostileBytesAreRefused) {
  EXPECT_THAT(std::string(DecodeArchive("\xFF\xFF nonsense").status().message()), HasSubstr("not an archive"));
  v1::Archive archive;
  EXPECT_THAT(std::string(DecodeArchive(archive.SerializeAsString()).status().message()), HasSubstr("archive.name"));
  archive.set_name("a.js");
  archive.set_source_map("\xFF\xFF");
  EXPECT_THAT(std::string(DecodeArchive(archive.SerializeAsString()).status().message()),
              HasSubstr("archive.source_map: a source map of 2 bytes is damaged at byte 0"));
}

}  // namespace
}  // namespace mockarty
