// Converting and checking a script before it is stored or run: no load is made.
#ifndef ENGINE_TASK_TASK_INSPECTION_H_
#define ENGINE_TASK_TASK_INSPECTION_H_

#include "engine/vu/vu_context.h"

namespace mockarty {

namespace v1 {
class TaskInspect;
class TaskInspection;
}  // namespace v1

// Blocks for as long as the script's top level runs, bounded by its time limit.
void InspectScript(const v1::TaskInspect& request, ConsoleSink* console, v1::TaskInspection* out);

}  // namespace mockarty

#endif  // ENGINE_TASK_TASK_INSPECTION_H_
