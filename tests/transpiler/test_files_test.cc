// The files of a test: what a path means, what may be read, and archives.
#include "engine/script/test_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "engine/script/file_url.h"
#include "engine/script/loader.h"
#include "engine/script/test_archive.h"
#include "tests/transpiler/temporary_dir.h"

namespace mockarty {
namespace {

using testing::HasSubstr;

void Write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(TestFiles, PathsAreSeenFromTheFileThatNamesThem) {
  TemporaryDir dir;
  const auto files = TestFiles::OnDisk(dir.path(), false);
  EXPECT_EQ(*files->Resolve("main.js", "./lib/a.js"), "lib/a.js");
  EXPECT_EQ(*files->Resolve("lib/a.js", "../b.js"), "b.js");
  EXPECT_EQ(*files->Resolve("lib/a.js", "./../lib//c/./d.js"), "lib/c/d.js");
  EXPECT_EQ(*files->Resolve("lib/a.js", std::filesystem::canonical(dir.path()).string() + "/x.js"), "x.js");
  EXPECT_EQ(*files->Resolve("a.js", "file://" + std::filesystem::canonical(dir.path()).string() + "/x.js"), "x.js");
}

TEST(TestFiles, UrlsOfATestAreTheSameOnEachMachine) {
  TemporaryDir dir;
  const auto files = TestFiles::OnDisk(dir.path(), false);
  for (const std::string path : {"main.js", "lib/a b.js", "it's \xC3\xBC%20#?.csv", "\xF0\x9F\x98\x80\"\\.js"}) {
    const std::string url = FileUrlOf(path);
    EXPECT_EQ(url.rfind("file:///@test/", 0), 0u) << url;
    EXPECT_EQ(url.find_first_of(" \"\\#?"), url.npos) << url;
    EXPECT_EQ(*files->Resolve("lib/deep/x.js", url), path);
    EXPECT_EQ(*files->Resolve("lib/deep/x.js", url.substr(7)), path) << "its pathname";
  }
  EXPECT_EQ(FileUrlOf("../../x.js"), "file:///@test/@up/@up/x.js");
  EXPECT_EQ(FileUrlOf("/abs/x.js"), "file:///abs/x.js");
  EXPECT_EQ(*files->Resolve("a.js", "file:///@test/100%.csv"), "100%.csv");
  for (const char* name :
       {"file:///@test/../x", "/@test/a/%2e%2e/%2E./x", "file:///@test/@up/x", "file:///@test/%2Fetc/../../x"}) {
    EXPECT_THAT(Message(files->Resolve("main.js", name).status()), HasSubstr("outside of the script's folder")) << name;
  }
  EXPECT_THAT(Message(files->Resolve("a.js", "file:///@test/a%00b").status()), HasSubstr("not the name of a file"));
  EXPECT_EQ(*TestFiles::OnDisk(dir.path(), true)->Resolve("lib/a.js", "file:///@test/@up/x.js"), "../x.js");
}

TEST(TestFiles, NothingOutsideOfTheFolderIsRead) {
  TemporaryDir dir;
  const std::string inside = dir.path() + "/test";
  Write(inside + "/main.js", "");
  Write(dir.path() + "/secret.txt", "secret");
  std::filesystem::create_symlink("../secret.txt", inside + "/link.txt");
  std::filesystem::create_directory_symlink("..", inside + "/up");
  const auto files = TestFiles::OnDisk(inside, false);
  for (const char* name : {"../secret.txt", "/etc/passwd", "a/../../secret.txt", "file:///etc/passwd"}) {
    EXPECT_THAT(Message(files->Resolve("main.js", name).status()), HasSubstr("outside of the script's folder")) << name;
  }
  EXPECT_THAT(Message(files->Read("link.txt", 100).status()), HasSubstr("outside of the script's folder"));
  EXPECT_THAT(Message(files->Read("up/secret.txt", 100).status()), HasSubstr("outside of the script's folder"));
  EXPECT_THAT(Message(files->Resolve("main.js", std::string("a\0b", 3)).status()), HasSubstr("not the name of a file"));

  const auto all = TestFiles::OnDisk(inside, true);
  EXPECT_EQ(*all->Resolve("main.js", "../secret.txt"), "../secret.txt");
  EXPECT_EQ(**all->Read("../secret.txt", 100), "secret");
  EXPECT_EQ(**all->Read("link.txt", 100), "secret");
}

TEST(TestFiles, EachFileIsReadOnce) {
  TemporaryDir dir;
  Write(dir.path() + "/a.txt", "first");
  const auto files = TestFiles::OnDisk(dir.path(), false);
  EXPECT_EQ(**files->Read("a.txt", 100), "first");
  Write(dir.path() + "/a.txt", "second");
  EXPECT_EQ(**files->Open("a.txt", 100), "first");
  EXPECT_EQ(files->ReadSoFar().size(), 1u);
  EXPECT_EQ(files->OpenedSoFar().size(), 1u);
  Write(dir.path() + "/large.txt", std::string(101, 'x'));
  EXPECT_FALSE(files->Read("large.txt", 100).ok());
  EXPECT_FALSE(files->Read("none.txt", 100).ok());
  EXPECT_EQ(files->ReadSoFar().size(), 1u);
}

std::string ArchiveOf(const std::string& main, const std::map<std::string, std::string>& texts) {
  std::map<std::string, TestFiles::Bytes> files;
  for (const auto& [path, text] : texts) {
    files.emplace(path, std::make_shared<const std::string>(text));
  }
  const absl::StatusOr<std::string> archive = WriteTestArchive(main, files);
  EXPECT_TRUE(archive.ok()) << archive.status();
  return archive.ok() ? *archive : "";
}

TEST(TestArchive, GivesBackWhatWasPut) {
  const std::string deep = std::string(90, 'd') + "/" + std::string(90, 'e') + ".js";
  const std::map<std::string, std::string> files = {
      {"main.js", "1"}, {"../up.js", std::string(1000, 'u')}, {deep, ""}, {"b.bin", std::string("\0\xFF", 2)}};
  const std::string bytes = ArchiveOf("main.js", files);
  EXPECT_EQ(bytes.size() % 512, 0u);
  EXPECT_TRUE(LooksLikeTestArchive(bytes));
  const absl::StatusOr<TestArchive> read = ReadTestArchive(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->main, "main.js");
  EXPECT_EQ(read->files, files);
  EXPECT_EQ(bytes, ArchiveOf("main.js", files));
}

TEST(TestArchive, DamagedBytesAreRefused) {
  const std::string good = ArchiveOf("main.js", {{"main.js", "exports.default = function () {};"}});
  for (size_t i = 0; i < good.size(); i += 7) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x5a);
    (void)ReadTestArchive(bad);  // any answer but a crash
    (void)ReadTestArchive(std::string_view(good).substr(0, i));
  }
  EXPECT_THAT(Message(ReadTestArchive(good.substr(0, 1024)).status()), HasSubstr("not an archive of a test"));
  EXPECT_THAT(Message(ReadTestArchive(ArchiveOf("other.js", {{"main.js", ""}})).status()), HasSubstr("main script"));
  EXPECT_FALSE(WriteTestArchive("a", {{std::string(300, 'x'), std::make_shared<const std::string>()}}).ok());
}

TEST(TestArchive, IsLoadedAsTheFilesAre) {
  LoadOptions options;
  options.use_cache = false;
  const std::string archive =
      ArchiveOf("t/main.js", {{"t/main.js", "var a = require('../lib/a'); exports.default = a;"},
                              {"lib/a.js", "module.exports = function () {};"}});
  const absl::StatusOr<ScriptSource> source = LoadScriptText("x.tar", archive, options);
  ASSERT_TRUE(source.ok()) << source.status();
  ASSERT_EQ(source->modules.size(), 1u);
  EXPECT_EQ(source->modules[0].path, "lib/a.js");
  ASSERT_EQ(source->imports.size(), 1u);
  EXPECT_EQ(source->imports[0].name, "../lib/a");
  EXPECT_THAT(Message(LoadScriptText("x.tar", ArchiveOf("m.js", {{"m.js", "require('./gone')"}}), options).status()),
              HasSubstr("m.js:1: cannot import: there is no file 'gone'"));
}

}  // namespace
}  // namespace mockarty
