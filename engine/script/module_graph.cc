#include "engine/script/module_graph.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/sha256.h"
#include "common/base/status_macros.h"
#include "engine/script/bundled_library.h"
#include "engine/script/collection.h"
#include "engine/script/module_conversion.h"
#include "engine/script/postman_files.h"
#include "engine/script/source_text.h"
#include "engine/script/syntax_scan.h"

namespace mockarty {
namespace {

constexpr size_t kMaxShownName = 200;
constexpr int kMaxModules = 1000;
constexpr size_t kMaxWarnings = 50;
// In front of the names of libraries that the product carries; no path of a file begins so.
constexpr std::string_view kBundled = "jslib:";
// The same for JSON that is made while a test is loaded; only bundled files can name it.
constexpr std::string_view kMade = "made:";
constexpr char kMadePlan[] = "made:plan.json";
constexpr char kMadeVariables[] = "made:variables.json";
constexpr char kMadeRows[] = "made:rows.json";

bool EndsWith(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

bool IsRemote(std::string_view name) { return name.find("https://") == 0 || name.find("http://") == 0; }

bool IsFile(std::string_view name) {
  return name.find("./") == 0 || name.find("../") == 0 || name == "." || name == ".." || name.substr(0, 1) == "/" ||
         name.find("file:") == 0;
}

class Graph {
 public:
  Graph(std::shared_ptr<TestFiles> files, std::string shown_folder, const LoadOptions& options)
      : shown_folder_(std::move(shown_folder)), options_(options) {
    source_.files = std::move(files);
  }

  absl::StatusOr<ScriptSource> Load(const std::string& main) {
    source_.main_file = main;
    source_.path = Shown(main);
    known_[main] = ScriptImport::kMain;
    ASSIGN_OR_RETURN(const TestFiles::Bytes bytes, source_.files->Read(main, options_.max_source_bytes));
    source_.content_hash = Sha256Hex(*bytes);
    if (LooksLikeCollection(*bytes)) {
      RETURN_IF_ERROR(LoadCollection(*bytes));
      return std::move(source_);
    }
    ASSIGN_OR_RETURN(ConvertedModule converted, Convert(main, *bytes, &source_.imports));
    source_.code = std::move(converted.code);
    source_.source_map = std::move(converted.source_map);
    source_.transpiled = converted.transpiled;
    source_.from_cache = converted.from_cache;
    source_.cache_warning = std::move(converted.cache_warning);
    RETURN_IF_ERROR(LoadRest());
    if (uses_legacy_) {
      RETURN_IF_ERROR(AddLegacyGlobals());
      RETURN_IF_ERROR(LoadRest());
    }
    return std::move(source_);
  }

 private:
  // New files join at the end while the list is walked.
  absl::Status LoadRest() {
    for (; loaded_ < source_.modules.size(); ++loaded_) {
      RETURN_IF_ERROR(LoadOne(loaded_));
    }
    return absl::OkStatus();
  }

  absl::Status ImportInMain(const std::string& name, const std::string& path) {
    ASSIGN_OR_RETURN(const int module, IndexOf(source_.main_file, {name, 0}, path));
    source_.imports.push_back({name, module});
    return absl::OkStatus();
  }

  // mk, pm and their like, made when first touched.
  absl::Status AddLegacyGlobals() {
    ASSIGN_OR_RETURN(PostmanTexts texts, PostmanTextsOf(source_.files->ReadSoFar()));
    made_[kMadeVariables] = std::move(texts.variables);
    made_[kMadeRows] = std::move(texts.rows);
    source_.preload = Concat(kBundled, "legacy");
    return ImportInMain(source_.preload, source_.preload);
  }

  // The main script is a line of ours that runs the plan; each script of an event is a file of its own.
  absl::Status LoadCollection(std::string_view bytes) {
    ASSIGN_OR_RETURN(Collection collection, ConvertCollection(source_.path, bytes));
    made_[kMadePlan] = std::move(collection.plan);
    source_.warnings = std::move(collection.warnings);
    source_.code = "exports[\"default\"]=require(\"jslib:legacy_collection\")(require,open);";
    const std::string runner = Concat(kBundled, "legacy_collection");
    RETURN_IF_ERROR(ImportInMain(runner, runner));
    RETURN_IF_ERROR(AddLegacyGlobals());
    RETURN_IF_ERROR(LoadRest());
    for (size_t i = 0; i < collection.scripts.size(); ++i) {
      const std::string shown = Concat(source_.path, ": ", collection.scripts[i].place);
      ASSIGN_OR_RETURN(std::string text, NormalizeSource(shown, collection.scripts[i].text, options_.max_source_bytes));
      const SyntaxScan scan = ScanSyntax(text);
      ASSIGN_OR_RETURN(ConvertedModule converted, ConvertRepeatedModule(shown, std::move(text), scan, options_));
      if (source_.cache_warning.empty()) {
        source_.cache_warning = std::move(converted.cache_warning);
      }
      ScriptModule module;
      module.path = shown;
      module.file = source_.main_file;
      module.repeats = true;
      module.code = std::move(converted.code);
      module.source_map = std::move(converted.source_map);
      source_.imports.push_back({Concat("script:", i), static_cast<int>(source_.modules.size())});
      source_.modules.push_back(std::move(module));
    }
    return absl::OkStatus();
  }

  std::string Shown(const std::string& path) const {
    if (shown_folder_ == "/") {
      return path.substr(0, 1) == "/" ? path : "/" + path;
    }
    if (path.rfind(kMade, 0) == 0) {
      return source_.path;
    }
    return shown_folder_.empty() || path.substr(0, 1) == "/" || path.rfind(kBundled, 0) == 0
               ? path
               : Concat(shown_folder_, "/", path);
  }

  absl::Status LoadOne(size_t index) {
    const std::string path = files_[index];
    std::vector<ScriptImport> imports;
    if (path.rfind(kMade, 0) == 0) {
      source_.modules[index].code = std::move(made_[path]);
      return absl::OkStatus();
    }
    if (path.rfind(kBundled, 0) == 0) {
      const std::string_view text = BundledLibraryText(std::string_view(path).substr(kBundled.size()));
      ASSIGN_OR_RETURN(ConvertedModule converted, Convert(path, text, &imports));
      return Put(index, std::move(converted), std::move(imports));
    }
    ASSIGN_OR_RETURN(const TestFiles::Bytes bytes, source_.files->Read(path, options_.max_source_bytes));
    if (source_.modules[index].is_json) {
      ASSIGN_OR_RETURN(source_.modules[index].code, NormalizeSource(Shown(path), *bytes, options_.max_source_bytes));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(ConvertedModule converted, Convert(path, *bytes, &imports));
    return Put(index, std::move(converted), std::move(imports));
  }

  absl::Status Put(size_t index, ConvertedModule converted, std::vector<ScriptImport> imports) {
    ScriptModule& module = source_.modules[index];
    module.imports = std::move(imports);
    module.code = std::move(converted.code);
    module.source_map = std::move(converted.source_map);
    return absl::OkStatus();
  }

  absl::StatusOr<ConvertedModule> Convert(const std::string& path, std::string_view bytes,
                                          std::vector<ScriptImport>* imports) {
    const std::string name = Shown(path);
    ASSIGN_OR_RETURN(std::string text, NormalizeSource(name, bytes, options_.max_source_bytes));
    const SyntaxScan scan = ScanSyntax(text);
    for (const LoadedName& load : scan.loads) {
      RETURN_IF_ERROR(Follow(path, load, imports));
    }
    if (scan.uses_legacy && path.rfind(kBundled, 0) != 0) {
      uses_legacy_ = true;
      source_.repeats |= path == source_.main_file && !scan.is_module && !scan.has_exports;
    }
    if (source_.repeats && path == source_.main_file) {
      return ConvertRepeatedModule(name, std::move(text), scan, options_);
    }
    ASSIGN_OR_RETURN(ConvertedModule converted, ConvertModule(name, std::move(text), scan, options_));
    DropElided(converted.code, imports);
    return converted;
  }

  // What imports nothing but types is gone after conversion. Names that would be escaped in the code are believed.
  static void DropElided(std::string_view code, std::vector<ScriptImport>* imports) {
    for (ScriptImport& import : *imports) {
      const bool plain = std::all_of(import.name.begin(), import.name.end(),
                                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
      import.is_static &= !plain || code.find(Concat("require(\"", import.name, "\")")) != code.npos;
    }
  }

  absl::Status Refuse(const std::string& path, const LoadedName& load, std::string_view why) const {
    return absl::InvalidArgumentError(Concat(Shown(path), ":", load.line, ": ", why));
  }

  absl::Status Follow(const std::string& path, const LoadedName& load, std::vector<ScriptImport>* imports) {
    if (load.kind != LoadedName::Kind::kDynamic) {
      return FollowStrictly(path, load, imports);
    }
    const absl::Status status = FollowStrictly(path, load, imports);
    if (!status.ok() && source_.warnings.size() < kMaxWarnings) {
      source_.warnings.push_back(Concat(status.message(), "; import() will be rejected"));
    }
    return absl::OkStatus();
  }

  absl::Status FollowStrictly(const std::string& path, const LoadedName& load, std::vector<ScriptImport>* imports) {
    const bool is_static = load.kind == LoadedName::Kind::kStatic;
    if (path.rfind(kBundled, 0) == 0 && (load.name.rfind(kBundled, 0) == 0 || load.name.rfind(kMade, 0) == 0)) {
      ASSIGN_OR_RETURN(const int module, IndexOf(path, load, load.name));
      imports->push_back({load.name, module, is_static});
      return absl::OkStatus();
    }
    if (IsRemote(load.name)) {
      const std::string_view library = BundledLibraryName(load.name);
      if (library.empty()) {
        return Refuse(
            path, load,
            Concat("remote import '", Printable(load.name, kMaxShownName),
                   "' is refused: scripts load nothing from the network; under https://jslib.k6.io/ there are ",
                   BundledLibraryNames()));
      }
      ASSIGN_OR_RETURN(const int module, IndexOf(path, load, Concat(kBundled, library)));
      imports->push_back({load.name, module, is_static});
      return absl::OkStatus();
    }
    if (!IsFile(load.name)) {
      return absl::OkStatus();  // a module of the engine, or one that it will name as unknown
    }
    const absl::StatusOr<std::string> found = Find(path, load.name);
    if (!found.ok()) {
      // Types are imported too, and are gone after conversion; what is needed is missed when it is asked for.
      return IsTypeScriptName(path) && absl::IsNotFound(found.status())
                 ? absl::OkStatus()
                 : Refuse(path, load, Concat("cannot import: ", found.status().message()));
    }
    ASSIGN_OR_RETURN(const int module, IndexOf(path, load, *found));
    imports->push_back({load.name, module, is_static});
    return absl::OkStatus();
  }

  // The file that a name means.
  absl::StatusOr<std::string> Find(const std::string& from, const std::string& name) {
    ASSIGN_OR_RETURN(const std::string path, source_.files->Resolve(from, name));
    for (const std::string_view ending : kModuleEndings) {
      std::string candidate = Concat(path, ending);
      if (source_.files->Exists(candidate)) {
        return candidate;
      }
    }
    return absl::NotFoundError(Concat("there is no file '", Printable(Shown(path), kMaxShownName), "'"));
  }

  absl::StatusOr<int> IndexOf(const std::string& from, const LoadedName& load, const std::string& path) {
    const auto [entry, is_new] = known_.emplace(path, static_cast<int>(files_.size()));
    if (is_new) {
      if (files_.size() >= kMaxModules) {
        return Refuse(from, load, Concat("cannot import: a test has at most ", kMaxModules, " script files"));
      }
      files_.push_back(path);
      ScriptModule module;
      module.path = Shown(path);
      module.file = path;
      module.is_json = EndsWith(path, ".json");
      source_.modules.push_back(std::move(module));
    }
    return entry->second;
  }

  std::string shown_folder_;
  const LoadOptions& options_;
  ScriptSource source_;
  std::map<std::string, int> known_;  // path -> index, or kMain
  std::vector<std::string> files_;    // of source_.modules
  size_t loaded_ = 0;                 // so many of them
  bool uses_legacy_ = false;
  std::map<std::string, std::string> made_;  // by path
};

}  // namespace

absl::StatusOr<ScriptSource> LoadModuleGraph(std::shared_ptr<TestFiles> files, const std::string& main,
                                             const std::string& shown_folder, const LoadOptions& options) {
  return Graph(std::move(files), shown_folder, options).Load(main);
}

}  // namespace mockarty
