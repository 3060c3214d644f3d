#include "engine/script/collection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>

#include "engine/script/postman_files.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

boost::json::value Item(std::string_view item, std::vector<std::string>* warnings = nullptr) {
  const auto collection = ConvertCollection("c.json", "{\"item\": [" + std::string(item) + "]}");
  EXPECT_TRUE(collection.ok()) << item << "\n" << collection.status();
  if (!collection.ok()) {
    return nullptr;
  }
  if (warnings != nullptr) {
    *warnings = collection->warnings;
  }
  return boost::json::parse(collection->plan).at("items").at(0);
}
boost::json::value Request(const std::string& request, std::vector<std::string>* warnings = nullptr) {
  return Item("{\"name\": \"R\", \"request\": " + request + "}", warnings).at("request");
}
std::string Url(const std::string& url) {
  return std::string(Request("{\"url\": " + url + "}").at("url").as_string().c_str());
}
std::string Error(const std::string& text) { return std::string(ConvertCollection("c.json", text).status().message()); }
std::string ItemError(const std::string& item) { return Error("{\"item\": [" + item + "]}"); }

TEST(Collection, LooksLike) {
  for (const char* text : {"{\"a\"", " \n{ \"info\": 1}", "{}", "\xEF\xBB\xBF{\"x\""}) {
    EXPECT_TRUE(LooksLikeCollection(text)) << text;
  }
  for (const char* text : {"", "{", "{ let a = 1 }", "[1]", "var a = {\"a\": 1}", "// {\"a\"", "{ 'a': 1 }"}) {
    EXPECT_FALSE(LooksLikeCollection(text)) << text;
  }
}

TEST(Collection, Urls) {
  EXPECT_EQ(Url(R"("http://a/b?c=1")"), "http://a/b?c=1");
  EXPECT_EQ(Url(R"({"raw": "http://a/b"})"), "http://a/b");
  EXPECT_EQ(Url(R"({"protocol": "https", "host": ["a", "b"], "port": "8080", "path": ["c", "d"]})"),
            "https://a.b:8080/c/d");
  EXPECT_EQ(Url(R"({"host": "a.b", "path": "/c"})"), "a.b/c");
  EXPECT_EQ(Url(R"({"host": ["{{base}}"], "path": ["u", ":id", ":no"], "variable": [{"key": "id", "value": 7},
                   {"key": "no", "value": null}]})"),
            "{{base}}/u/7/:no");
  EXPECT_EQ(Url(R"({"raw": "http://a/:x/:xy?q=:x", "variable": [{"id": "x", "value": "1"}]})"), "http://a/1/:xy?q=:x");
  EXPECT_EQ(Url(R"({"host": ["a"], "path": ["x", {"type": "string", "value": "y"}]})"), "a/x/y");
}

TEST(Collection, WhatIsDisabledIsGone) {
  const boost::json::value request = Request(
      R"({"url": {"host": ["a"], "query": [{"key": "x", "value": "1", "disabled": true}, {"key": "y", "value": null}]},
          "header": [{"key": "A", "value": "1"}, {"key": "B", "value": "2", "disabled": true}, {"key": "", "value": "3"}],
          "method": "post", "body": {"mode": "urlencoded", "urlencoded": [{"key": "k", "value": 5},
          {"key": "l", "value": "6", "disabled": true}]}})");
  EXPECT_EQ(boost::json::serialize(request.at("query")), R"([["y",null]])");
  EXPECT_EQ(boost::json::serialize(request.at("headers")), R"([["A","1"]])");
  EXPECT_EQ(boost::json::serialize(request.at("body")), R"({"mode":"urlencoded","fields":[["k","5"]]})");
  EXPECT_EQ(request.at("method").as_string(), "POST");
}

TEST(Collection, BodiesOfGetAreDroppedUnlessAskedFor) {
  const std::string request = R"("request": {"url": "a", "body": {"mode": "raw", "raw": "x"}})";
  EXPECT_FALSE(Item("{" + request + "}").at("request").as_object().contains("body"));
  EXPECT_TRUE(Item(R"({"protocolProfileBehavior": {"disableBodyPruning": true}, )" + request + "}")
                  .at("request")
                  .as_object()
                  .contains("body"));
}

TEST(Collection, EventsAndAuthComeDown) {
  const auto collection = ConvertCollection("c.json", R"json({
      "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "t"}]},
      "event": [{"listen": "test", "script": {"exec": "top()"}}, {"listen": "test", "script": {"exec": ["", "  "]}}],
      "variable": [{"key": "a", "value": 1}, {"key": "b", "value": {"c": [2]}}, {"id": "old", "value": "x"}],
      "item": [{"name": "F", "event": [{"listen": "prerequest", "script": {"exec": ["a();", "b();"]}},
                                       {"listen": "test", "disabled": true, "script": {"exec": "no()"}}],
                "item": [{"name": "R", "request": "http://x", "event": [{"listen": "test", "script": "own()"}]}]},
               {"name": "S", "request": {"url": "http://y", "auth": null}}]})json");
  ASSERT_TRUE(collection.ok()) << collection.status();
  ASSERT_EQ(collection->scripts.size(), 3u);
  EXPECT_EQ(collection->scripts[0].place, "collection (test)");
  EXPECT_EQ(collection->scripts[1].place, "F (prerequest)");
  EXPECT_EQ(collection->scripts[1].text, "a();\nb();");
  EXPECT_EQ(collection->scripts[2].place, "F / R (test)");
  const boost::json::value plan = boost::json::parse(collection->plan);
  const boost::json::value& first = plan.at("items").at(0);
  EXPECT_EQ(boost::json::serialize(first.at("pre")), "[1]");
  EXPECT_EQ(boost::json::serialize(first.at("test")), "[0,2]");
  EXPECT_EQ(boost::json::serialize(first.at("folders")), "[0]");
  EXPECT_EQ(first.at("path").as_string(), "F / R");
  EXPECT_EQ(boost::json::serialize(first.at("request").at("auth")), R"({"type":"bearer","values":{"token":"t"}})");
  EXPECT_FALSE(plan.at("items").at(1).at("request").as_object().contains("auth"));
  EXPECT_EQ(boost::json::serialize(plan.at("variables")), R"([["a","1"],["b","{\"c\":[2]}"],["old","x"]])");
}

TEST(Collection, WarnsOnceAnItem) {
  std::vector<std::string> warnings;
  Request(R"({"url": "a", "auth": {"type": "ntlm"}, "proxy": {}, "method": "POST", "body": {"mode": "formdata",
          "formdata": [{"key": "f", "type": "file", "src": null}]}})",
          &warnings);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("c.json: R: the form's field \"f\" has no file"),
                                    HasSubstr("c.json: R: auth \"ntlm\" is not supported"),
                                    HasSubstr("c.json: R: request.proxy is not looked at")));
}

TEST(Collection, WarningsAreBounded) {
  std::string items;
  for (int i = 0; i < 200; ++i) {
    items += (i > 0 ? "," : "") + std::string(R"({"request": {"url": "a", "auth": {"type": "hawk"}}})");
  }
  std::vector<std::string> warnings;
  Item(items, &warnings);
  ASSERT_EQ(warnings.size(), 51u);
  EXPECT_EQ(warnings.back(), "and 150 more warnings about the collection");
}

TEST(Collection, ErrorsNameThePlace) {
  EXPECT_THAT(Error("{\"item\": [\n{]"), HasSubstr("c.json:2: not valid JSON"));
  EXPECT_THAT(Error("{\"item\": []} x"), HasSubstr("c.json:1: not valid JSON"));
  EXPECT_THAT(Error("{\"item\": ["), HasSubstr("c.json:1: not valid JSON"));
  EXPECT_THAT(Error("{}"), HasSubstr("neither a Postman collection"));
  EXPECT_THAT(Error("{\"info\": {\"schema\": \"https://x/v1.0.0/\"}, \"item\": [1]}"),
              HasSubstr("c.json: info.schema: expected a collection of version 2.0 or 2.1"));
  EXPECT_THAT(ItemError("5"), HasSubstr("c.json: item[0]: expected an object, got a number"));
  EXPECT_THAT(ItemError("{\"name\": \"A\"}"), HasSubstr("c.json: A: expected a request"));
  EXPECT_THAT(ItemError("{\"name\": \"A\", \"item\": 5}"), HasSubstr("c.json: A: item: expected a list, got a number"));
  EXPECT_THAT(ItemError("{\"request\": {}}"), HasSubstr("c.json: request 1: request.url: expected text or an object"));
  EXPECT_THAT(ItemError("{\"request\": {\"url\": \"a\", \"header\": 5}}"),
              HasSubstr("request.header: expected a list"));
  EXPECT_THAT(ItemError("{\"request\": {\"url\": \"a\", \"header\": [[]]}}"),
              HasSubstr("request.header[0]: expected an object of key and value, got a list"));
  EXPECT_THAT(ItemError(R"({"request": {"url": "a", "method": "POST", "body": {"mode": "pigeon"}}})"),
              HasSubstr("request.body.mode: expected raw, urlencoded, formdata, file or graphql, got \"pigeon\""));
  EXPECT_THAT(ItemError(R"({"request": "a", "event": [{"listen": "test", "script": {"src": "x.js"}}]})"),
              HasSubstr("c.json: request 1: the test script is a reference"));
  EXPECT_THAT(ItemError("{\"name\": \"\\u001b[31m\", \"request\": 5}"), HasSubstr("\\"));
}

TEST(Collection, NestingIsBounded) {
  std::string text = "{\"request\": \"a\"}";
  for (int i = 0; i < 45; ++i) {
    text = "{\"item\": [" + text + "]}";
  }
  EXPECT_THAT(ItemError(text), HasSubstr("folders nest more than 40 deep"));
  EXPECT_THAT(Error(std::string(100'000, '[')), HasSubstr("not valid JSON"));
}

TEST(Collection, Recordings) {
  const auto collection = ConvertCollection("r.har", R"({"log": {"pages": [{"id": "p", "title": "Page"}], "entries": [
      {"pageref": "p", "request": {"method": "POST", "url": "https://a/b?c#d", "headers": [{"name": ":path", "value": "x"},
       {"name": "HOST", "value": "x"}, {"name": "X", "value": "1"}], "postData": {"params": [{"name": "a", "value": "b"}]}}},
      {"request": {"url": "ws://a/"}}]}})");
  ASSERT_TRUE(collection.ok()) << collection.status();
  const boost::json::value plan = boost::json::parse(collection->plan);
  EXPECT_EQ(boost::json::serialize(plan.at("folders")), R"(["Page"])");
  const boost::json::value& item = plan.at("items").at(0);
  EXPECT_EQ(boost::json::serialize(item.at("folders")), "[0]");
  EXPECT_EQ(boost::json::serialize(item.at("request")),
            R"({"url":"https://a/b?c","method":"POST","literal":true,"headers":[["X","1"]],)"
            R"("body":{"mode":"urlencoded","fields":[["a","b"]]}})");
  EXPECT_THAT(collection->warnings, ElementsAre(HasSubstr("1 entries are no requests over HTTP")));
  EXPECT_THAT(Error("{\"log\": {}}"), HasSubstr("c.json: log.entries: expected a list"));
  EXPECT_THAT(Error("{\"log\": {\"entries\": [{}]}}"), HasSubstr("log.entries[0].request: expected an object"));
  EXPECT_THAT(Error("{\"log\": {\"entries\": [{\"request\": {}}]}}"), HasSubstr("log.entries[0].request.url"));
}

TEST(PostmanFiles, VariablesAndRows) {
  std::map<std::string, TestFiles::Bytes> files;
  const auto put = [&](const char* name, std::string_view text) {
    files[name] = std::make_shared<const std::string>(text);
  };
  EXPECT_EQ(PostmanTextsOf(files)->rows, "null");
  put(".postman/environment.json",
      R"({"name": "E", "values": [{"key": "a", "value": 1}, {"key": "b", "value": "2", "enabled": false}]})");
  put(".postman/rows.csv", "a,b\r\n1,\"2\"");
  const auto texts = PostmanTextsOf(files);
  ASSERT_TRUE(texts.ok()) << texts.status();
  EXPECT_EQ(texts->variables,
            R"({"environment":{"name":"E","values":[["a","1"]]},"globals":{"name":"","values":[]},"rows":"csv"})");
  EXPECT_EQ(texts->rows, R"("a,b\n1,\"2\"")");
  put(".postman/rows.json", "[1]");
  EXPECT_THAT(std::string(PostmanTextsOf(files).status().message()), HasSubstr("row 0: expected an object"));
  put(".postman/globals.json", R"({"values": [{}]})");
  EXPECT_THAT(std::string(PostmanTextsOf(files).status().message()), HasSubstr("values[0]"));
  std::map<std::string, std::string> read;
  EXPECT_THAT(std::string(ReadPostmanFiles({.environment = "/no/such"}, &read).message()), HasSubstr("/no/such"));
}

}  // namespace
}  // namespace mockarty
