/* The part of the CUDA driver's interface that the program calls, over emulated kernels: so that all of the program but
 * the GPU itself runs where there is none. It refuses what a driver would: what was never made, or is gone; a call
 * without a context; what lies outside a block; what would wait or allocate while its thread records.
 *   EMULATED_FREE=BYTES      memory that it says is free
 *   EMULATED_LARGEST=BYTES   of a block that it gives, whatever is free
 *   EMULATED_FAULT=N         the Nth wait, from 1, finds that a kernel has failed; from then on every call says so
 * And of the runtime that kernels are called through:
 *   EMULATED_REFUSAL=N       the error, 35, 209 or 222, of its first call or of asking for a kernel
 *   EMULATED_FULL=N          the Nth asking for a kernel, from 1, finds no memory for its code */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <mutex>
#include <set>

#include "cuda_runtime.h"
#include "reach.h"

namespace {

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400,
  ILLEGAL_ADDRESS = 700,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
};

enum { MEMORY = 1 << 30 };

struct machine {
  std::mutex mutex;
  std::map<char *, size_t> blocks, host;
  std::set<void *> streams, graphs, executables;
  std::map<void *, void *> recordings; /* of graphs and executables */
  void *capturing = nullptr;
  int waits = 0;
  bool faulty = false;

  ~machine() {
    if (blocks.size() + host.size() + streams.size() + graphs.size() + executables.size() > 0) {
      fprintf(stderr,
              "emulated driver: %zu blocks, %zu of the host, %zu streams, %zu graphs, %zu executables are left\n",
              blocks.size(), host.size(), streams.size(), graphs.size(), executables.size());
    }
  }
};

machine gpu;
thread_local void *current;
thread_local bool records, spoilt; /* what this thread records, by a call that a recording forbids */

long long setting(const char *name, long long otherwise) {
  const char *text = getenv(name);
  return text == nullptr ? otherwise : atoll(text);
}

/* What every call asks first. */
int ready() {
  return gpu.faulty ? ILLEGAL_ADDRESS : current == &gpu ? SUCCESS : INVALID_CONTEXT;
}

/* The same of calls that a thread may not make while it records. */
int ready_at_once() {
  spoilt = spoilt || records;
  return records ? (int)CAPTURE_UNSUPPORTED : ready();
}

int wait_for_all() {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  const int status = ready_at_once();
  if (status == SUCCESS && ++gpu.waits == setting("EMULATED_FAULT", -1)) {
    gpu.faulty = true;
    return ILLEGAL_ADDRESS;
  }
  return status;
}

/* Whether the bytes lie in one block. */
bool holds(const std::map<char *, size_t> &blocks, char *at, size_t bytes) {
  auto next = blocks.upper_bound(at);
  if (next == blocks.begin()) {
    return false;
  }
  --next;
  return at + bytes <= next->first + next->second;
}

int give(std::map<char *, size_t> &blocks, void **block, size_t bytes) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  const int status = ready_at_once();
  if (status != SUCCESS) {
    return status;
  }
  if (bytes == 0) {
    return INVALID_VALUE;
  }
  *block = (long long)bytes > setting("EMULATED_LARGEST", LLONG_MAX) ? nullptr
                                                                     : aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (*block == nullptr) {
    return OUT_OF_MEMORY;
  }
  memset(*block, 0x7f, bytes); /* nobody has cleared it */
  blocks[(char *)*block] = bytes;
  emulated_allocated(*block, bytes);
  return SUCCESS;
}

int take(std::map<char *, size_t> &blocks, void *block) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (blocks.erase((char *)block) == 0) {
    return INVALID_VALUE;
  }
  emulated_freed(block);
  free(block);
  return ready_at_once();
}

/* A new handle, of which nothing but its address is known. */
void *handle(std::set<void *> &handles) {
  void *made = malloc(1);
  handles.insert(made);
  return made;
}

int drop(std::set<void *> &handles, void *dropped) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (handles.erase(dropped) == 0) {
    return INVALID_HANDLE;
  }
  free(dropped);
  return ready();
}

}  // namespace

#define DRIVER extern "C" __attribute__((visibility("default"))) int

DRIVER cuInit(unsigned flags) {
  return flags == 0 ? SUCCESS : INVALID_VALUE;
}

DRIVER cuDeviceGet(int *device, int ordinal) {
  *device = 0;
  return ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}

DRIVER cuDeviceGetName(char *name, int length, int device) {
  snprintf(name, (size_t)length, "a processor in place of a GPU");
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

DRIVER cuDeviceGetAttribute(int *value, int attribute, int device) {
  enum { MAJOR = 75, MINOR = 76 }; /* of the compute capability */
  *value = attribute == MAJOR ? 9 : 0;
  return device == 0 && (attribute == MAJOR || attribute == MINOR) ? SUCCESS : INVALID_VALUE;
}

DRIVER cuDeviceTotalMem_v2(size_t *bytes, int device) {
  *bytes = MEMORY;
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

DRIVER cuDriverGetVersion(int *version) {
  *version = 13020;
  return SUCCESS;
}

DRIVER cuGetErrorString(int error, const char **text) {
  *text = error == OUT_OF_MEMORY         ? "out of memory"
          : error == ILLEGAL_ADDRESS     ? "an illegal memory access was encountered"
          : error == CAPTURE_UNSUPPORTED ? "operation not permitted when stream is capturing"
                                         : "an error of the emulated driver";
  return SUCCESS;
}

DRIVER cuDevicePrimaryCtxRetain(void **context, int device) {
  *context = &gpu;
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

DRIVER cuCtxSetCurrent(void *context) {
  current = context;
  return context == &gpu ? SUCCESS : INVALID_CONTEXT;
}

DRIVER cuMemGetInfo_v2(size_t *free, size_t *total) {
  *total = MEMORY;
  *free = (size_t)setting("EMULATED_FREE", (long long)*total);
  return ready();
}

DRIVER cuMemAlloc_v2(void **block, size_t bytes) {
  return give(gpu.blocks, block, bytes);
}

DRIVER cuMemHostAlloc(void **block, size_t bytes, unsigned flags) {
  return (flags & 2) != 0 ? give(gpu.host, block, bytes) : INVALID_VALUE; /* mapped, or a kernel cannot reach it */
}

DRIVER cuMemFree_v2(void *block) {
  return take(gpu.blocks, block);
}

DRIVER cuMemFreeHost(void *block) {
  return take(gpu.host, block);
}

DRIVER cuMemsetD8_v2(char *at, unsigned char value, size_t bytes) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (!holds(gpu.blocks, at, bytes)) {
    return INVALID_VALUE;
  }
  const int status = ready_at_once();
  if (status == SUCCESS) {
    memset(at, value, bytes);
  }
  return status;
}

/* What begins in a block must lie in it; what does not is the processor's. */
DRIVER cuMemcpy(char *to, char *from, size_t bytes) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (holds(gpu.blocks, to, 1) != holds(gpu.blocks, to, bytes) ||
      holds(gpu.blocks, from, 1) != holds(gpu.blocks, from, bytes)) {
    return INVALID_VALUE;
  }
  const int status = ready_at_once();
  if (status == SUCCESS) {
    memcpy(to, from, bytes);
  }
  return status;
}

DRIVER cuStreamCreate(void **stream, unsigned flags) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  *stream = handle(gpu.streams);
  return flags <= 1 ? ready() : INVALID_VALUE;
}

DRIVER cuStreamDestroy_v2(void *stream) {
  return drop(gpu.streams, stream);
}

DRIVER cuStreamSynchronize(void *stream) {
  {
    std::lock_guard<std::mutex> locked(gpu.mutex);
    if (stream != nullptr && (gpu.streams.count(stream) == 0 || gpu.capturing == stream)) {
      return INVALID_HANDLE;
    }
  }
  return wait_for_all();
}

DRIVER cuStreamBeginCapture_v2(void *stream, int mode) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (gpu.streams.count(stream) == 0 || gpu.capturing != nullptr || mode != 1) {
    return INVALID_HANDLE;
  }
  gpu.capturing = stream;
  records = true;
  spoilt = false;
  emulated_record();
  return ready();
}

DRIVER cuStreamEndCapture(void *stream, void **graph) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (gpu.capturing != stream) {
    return INVALID_HANDLE;
  }
  gpu.capturing = nullptr;
  records = false;
  if (spoilt) {
    emulated_forget(emulated_recorded());
    return CAPTURE_INVALIDATED;
  }
  *graph = handle(gpu.graphs);
  gpu.recordings[*graph] = emulated_recorded();
  return ready();
}

DRIVER cuGraphInstantiateWithFlags(void **executable, void *graph, unsigned long long flags) {
  std::lock_guard<std::mutex> locked(gpu.mutex);
  if (gpu.graphs.count(graph) == 0 || flags != 0) {
    return INVALID_HANDLE;
  }
  *executable = handle(gpu.executables);
  gpu.recordings[*executable] = gpu.recordings[graph];
  return ready();
}

DRIVER cuGraphDestroy(void *graph) {
  return drop(gpu.graphs, graph); /* its recording is the executable's now */
}

DRIVER cuGraphLaunch(void *executable, void *stream) {
  const void *recording = nullptr;
  {
    std::lock_guard<std::mutex> locked(gpu.mutex);
    if (gpu.executables.count(executable) == 0 || gpu.streams.count(stream) == 0) {
      return INVALID_HANDLE;
    }
    recording = gpu.recordings[executable];
  }
  if (ready() == SUCCESS) {
    emulated_play(recording);
  }
  return ready();
}

DRIVER cuGraphExecDestroy(void *executable) {
  {
    std::lock_guard<std::mutex> locked(gpu.mutex);
    if (gpu.executables.count(executable) != 0) {
      emulated_forget(gpu.recordings[executable]);
    }
  }
  return drop(gpu.executables, executable);
}
