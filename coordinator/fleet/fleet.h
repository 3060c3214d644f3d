// The runners that are connected. A runner is named by its instance id, a connection of it by its session; a runner
// that connects anew takes the place of its old connection.
//
// Belongs to the core's thread.
#ifndef COORDINATOR_FLEET_FLEET_H_
#define COORDINATOR_FLEET_FLEET_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "coordinator/fleet/clock_offset.h"
#include "coordinator/fleet/runner_session.h"
#include "coordinator/planner/planner.h"
#include "mockarty/v1/control.pb.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

struct Runner {
  SessionId session = 0;
  std::shared_ptr<RunnerSession> link;
  std::string token_id;
  std::string token_namespace;  // of its token; empty: all
  bool local = false;           // the coordinator's own, for runs that no other can take
  bool greeted = false;         // its Hello came
  v1::Hello hello;
  v1::Heartbeat heartbeat;
  Nanos last_heard = 0;
  int64_t last_heard_ms = 0;   // since 1970
  int64_t wall_offset_ms = 0;  // its wall clock minus ours
  ClockOffset clock;
  uint64_t next_probe = 1;
  uint32_t assigned = 0;  // assignments that this coordinator gave it and that still hold a slot
  PlannerRunner profile;  // made of the Hello; its free slots are those at the last Candidates()

  const std::string& instance() const { return hello.instance_id(); }
  // "eu-1", or what stands for it.
  std::string Name() const;
  bool Draining() const { return hello.draining() || heartbeat.draining(); }
};

class Fleet {
 public:
  Runner& Connect(SessionId session, std::shared_ptr<RunnerSession> link);
  // nullptr: no such connection.
  Runner* Find(SessionId session);
  // The greeted connection of a runner, or nullptr.
  Runner* FindInstance(std::string_view instance);
  const Runner* FindInstance(std::string_view instance) const;
  // Takes the Hello; the session of the same runner that it takes the place of, or 0.
  SessionId Greet(Runner& runner, const v1::Hello& hello);
  void Remove(SessionId session);

  // What the planner needs to know of those that are greeted and were heard since `heard_after`. Valid until a runner
  // comes or goes.
  PlannerRunners Candidates(Nanos heard_after);
  void List(std::string_view name_space, Nanos lost_before, v1::ListRunnersResponse* out) const;

  std::map<SessionId, Runner>& sessions() { return sessions_; }
  size_t RemoteRunners() const;

  // Rises when a run that waits may find a place: a runner came or went, or a slot is free again.
  uint64_t Changes() const { return changes_; }
  void NoteChange() { ++changes_; }

 private:
  uint64_t changes_ = 0;
  std::map<SessionId, Runner> sessions_;
  std::map<std::string, SessionId, std::less<>> instances_;
};

}  // namespace mockarty

#endif  // COORDINATOR_FLEET_FLEET_H_
