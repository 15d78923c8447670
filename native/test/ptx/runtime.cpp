/* The part of CUDA's runtime that objects made by nvcc call, over kernels that were translated from PTX: the library
 * for a device then runs where there is none, with the instructions that it would have there. */
#include <string.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "ptx.h"

namespace {

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  INSUFFICIENT_DRIVER = 35,
  NO_KERNEL_IMAGE = 209,
  UNSUPPORTED_PTX = 222
};
enum { SHARED_ALIGNMENT = 16 };
enum { CLOCK_KHZ = 13, PROCESSORS = 16, MEMORY_KHZ = 36, MEMORY_BITS = 37, SHARED_OPTIN = 97 }; /* of a device */
enum { SHARED = 227 << 10 }; /* bytes of a block, at most, as on the devices that were thought of */

struct configuration {
  dim3 grid, block;
  size_t shared;
  void *stream;
};

struct table {
  std::mutex mutex;
  std::map<std::string, const ptx_kernel *> translated;
  std::map<const void *, std::string> names; /* by what stands for a kernel in the program */
};

/* Made by whichever object begins first. */
table &all() {
  static table &made = *new table;
  return made;
}

thread_local configuration pushed;

const ptx_kernel &translated(const void *kernel) {
  table &t = all();
  std::lock_guard<std::mutex> locked(t.mutex);
  const auto found = t.translated.find(t.names[kernel]);
  if (found == t.translated.end()) {
    fprintf(stderr, "no kernel was translated whose name is \"%s\"\n", t.names[kernel].c_str());
    abort();
  }
  return *found->second;
}

size_t own(const ptx_kernel &kernel) {
  return (kernel.shared + SHARED_ALIGNMENT - 1) / SHARED_ALIGNMENT * SHARED_ALIGNMENT;
}

/* What a launch was given, for as long as it may be played. */
struct parameters {
  std::vector<std::vector<u64>> values; /* aligned as a device has them */
  std::vector<const char *> given;

  parameters(const ptx_kernel &kernel, void **from) {
    for (size_t i = 0; i < ptx_kernel::PARAMETERS_MOST && kernel.given[i] > 0; i++) {
      values.emplace_back((kernel.given[i] + sizeof(u64) - 1) / sizeof(u64));
      memcpy(values.back().data(), from[i], kernel.given[i]);
      given.push_back((const char *)values.back().data());
    }
  }
};

}  // namespace

ptx_module::ptx_module(const ptx_kernel *kernels, size_t count) {
  table &t = all();
  std::lock_guard<std::mutex> locked(t.mutex);
  for (size_t i = 0; i < count; i++) {
    t.translated[kernels[i].name] = &kernels[i];
  }
}

extern "C" {

void **__cudaRegisterFatBinary(void *) {
  static void *nothing;
  return &nothing;
}

void __cudaRegisterFatBinaryEnd(void **) {}

void __cudaUnregisterFatBinary(void **) {}

void __cudaRegisterFunction(void **, const void *kernel, char *, const char *name, int, void *, void *, void *, void *,
                            int *) {
  table &t = all();
  std::lock_guard<std::mutex> locked(t.mutex);
  t.names[kernel] = name;
}

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, void *stream) {
  pushed = {grid, block, shared, stream};
  return 0;
}

int __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void *stream) {
  *grid = pushed.grid;
  *block = pushed.block;
  *shared = pushed.shared;
  memcpy(stream, &pushed.stream, sizeof pushed.stream);
  return SUCCESS;
}

int cudaLaunchKernel(const void *kernel, dim3 grid, dim3 block, void **given, size_t shared, void *) {
  const ptx_kernel &found = translated(kernel);
  if (found.threads > 0 && block.x > found.threads) {
    fprintf(stderr, "%s is launched with %u threads of %u\n", found.name, block.x, found.threads);
    abort();
  }
  const auto kept = std::make_shared<parameters>(found, given);
  const auto body = [kept, &found] {
    emulated_in_kernel(true);
    found.run(kept->given.data());
    emulated_in_kernel(false);
  };
  emulate(kernel, grid, block, shared, body, own(found));
  return SUCCESS;
}

/* A kernel is its own handle. */
int __cudaGetKernel(const void **handle, const void *kernel) {
  *handle = kernel;
  return SUCCESS;
}

int __cudaLaunchKernel(const void *handle, dim3 grid, dim3 block, void **given, size_t shared, void *stream) {
  return cudaLaunchKernel(handle, grid, block, given, shared, stream);
}

int cudaGetLastError(void) {
  return SUCCESS;
}

int cudaGetDeviceCount(int *count) {
  *count = 1;
  return emulated_refused(INSUFFICIENT_DRIVER);
}

int cudaFuncGetAttributes(void *, const void *) {
  return emulated_full(OUT_OF_MEMORY) + emulated_refused(NO_KERNEL_IMAGE) + emulated_refused(UNSUPPORTED_PTX);
}

int cudaGetDevice(int *device) {
  *device = 0;
  return SUCCESS;
}

int cudaDeviceGetAttribute(int *value, int attribute, int) {
  static const std::map<int, int> values = {{CLOCK_KHZ, 1000000},
                                            {PROCESSORS, (int)EMULATED_PROCESSORS},
                                            {MEMORY_KHZ, 1000000},
                                            {MEMORY_BITS, 1024},
                                            {SHARED_OPTIN, SHARED}};
  const auto found = values.find(attribute);
  if (found == values.end()) {
    return INVALID_VALUE;
  }
  *value = found->second;
  return SUCCESS;
}

int cudaFuncSetAttribute(const void *kernel, int, int shared) {
  if (shared < 0 || own(translated(kernel)) + (size_t)shared > SHARED) {
    return INVALID_VALUE;
  }
  emulated_allow(kernel, (size_t)shared);
  return SUCCESS;
}

const char *cudaGetErrorString(int error) {
  return error == SUCCESS ? "no error" : "an error";
}

/* What programs call that measure (bench/gpu): all is done at once, and takes no time. */
int cudaMalloc(void **at, size_t bytes) {
  enum { ALIGNMENT = 256 };
  *at = aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  emulated_allocated(*at, bytes);
  return SUCCESS;
}

int cudaFree(void *at) {
  emulated_freed(at);
  free(at);
  return SUCCESS;
}

int cudaMemcpy(void *to, const void *from, size_t bytes, int) {
  memcpy(to, from, bytes);
  return SUCCESS;
}

int cudaMemset(void *at, int byte, size_t bytes) {
  memset(at, byte, bytes);
  return SUCCESS;
}

int cudaMemsetAsync(void *at, int byte, size_t bytes, void *) {
  return cudaMemset(at, byte, bytes);
}

/* The first member is the name. */
int cudaGetDeviceProperties(char *properties, int) {
  strcpy(properties, "a processor in place of a GPU");
  return SUCCESS;
}

int cudaGetDeviceProperties_v2(char *properties, int device) {
  return cudaGetDeviceProperties(properties, device);
}

int cudaStreamCreate(void **) {
  return SUCCESS;
}

int cudaStreamDestroy(void *) {
  return SUCCESS;
}

int cudaStreamSynchronize(void *) {
  return SUCCESS;
}

int cudaStreamBeginCapture(void *, int) {
  emulated_record();
  return SUCCESS;
}

int cudaStreamEndCapture(void *, void **graph) {
  *graph = emulated_recorded();
  return SUCCESS;
}

int cudaGraphInstantiate(void **executable, void *graph, unsigned long long) {
  *executable = graph;
  return SUCCESS;
}

int cudaGraphLaunch(const void *executable, void *) {
  emulated_play(executable);
  return SUCCESS;
}

int cudaGraphDestroy(void *) {
  return SUCCESS;
}

int cudaGraphExecDestroy(const void *executable) {
  emulated_forget(executable);
  return SUCCESS;
}

int cudaEventCreate(void **) {
  return SUCCESS;
}

int cudaEventDestroy(void *) {
  return SUCCESS;
}

int cudaEventRecord(void *, void *) {
  return SUCCESS;
}

int cudaEventElapsedTime(float *ms, void *, void *) {
  *ms = 1;
  return SUCCESS;
}
}
