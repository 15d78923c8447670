/* Contexts, and what the device says. */
#include <string.h>

#include "resident.cuh"

static thread_local cudaError_t last_error = cudaSuccess;

int32_t status_of(cudaError_t error) {
  if (error == cudaSuccess) {
    return TOMBOLA_OK;
  }
  last_error = error;
  cudaGetLastError(); /* no later call shall return it, unless the device is lost */
  return error == cudaErrorMemoryAllocation ? TOMBOLA_FULL : TOMBOLA_DEVICE;
}

int32_t launched() {
  return status_of(cudaGetLastError());
}

/* What there is code for if there is any for the device. */
static __global__ void nothing() {}

static const tombola_context single = {{1, TOMBOLA_FP32, 0, nullptr, nullptr, nullptr, 0}, nullptr};

int32_t tombola_abi_version() {
  return TOMBOLA_ABI_VERSION;
}

int32_t tombola_open(const char *isa, const tombola_context **context) {
  if (isa == nullptr || context == nullptr) {
    return TOMBOLA_NULL;
  }
  if (strcmp(isa, "cuda") != 0 && strcmp(isa, "best") != 0) {
    return TOMBOLA_ISA_UNKNOWN;
  }
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess || devices == 0) {
    last_error = error;
    cudaGetLastError(); /* no later call shall return it */
    return TOMBOLA_ISA_UNSUPPORTED;
  }
  *context = &single;
  return TOMBOLA_OK;
}

const char *tombola_isa(const tombola_context *context) {
  return context == nullptr ? "none" : "cuda";
}

int32_t tombola_cuda_open(const tombola_group *group, const tombola_context **context) {
  if (group == nullptr || context == nullptr) {
    return TOMBOLA_NULL;
  }
  const int64_t stride = group->stride;
  if (group->replicas < 1 || group->replicas > GRID_MOST || stride < 0 || (group->replicas > 1 && stride == 0)) {
    return TOMBOLA_SHAPE;
  }
  if (group->precision != TOMBOLA_FP32 && group->precision != TOMBOLA_TF32) {
    return TOMBOLA_RANGE;
  }
  if (stride % TOMBOLA_ALIGNMENT != 0 || group->shift % TOMBOLA_ALIGNMENT != 0) {
    return TOMBOLA_UNALIGNED;
  }
  cudaFuncAttributes attributes;
  const cudaError_t error = cudaFuncGetAttributes(&attributes, nothing);
  if (error != cudaSuccess) {
    const int32_t status = status_of(error);
    const bool without_code = error == cudaErrorNoKernelImageForDevice || error == cudaErrorInvalidDeviceFunction;
    return without_code ? (int32_t)TOMBOLA_ISA_UNSUPPORTED : status;
  }
  *context = new tombola_context{*group, new program{}};
  return TOMBOLA_OK;
}

void tombola_cuda_close(const tombola_context *context) {
  if (context != nullptr && context != &single) {
    delete context->noted;
    delete context;
  }
}

const char *tombola_cuda_error() {
  return last_error == cudaErrorUnsupportedPtxVersion ? "its driver is too old for their PTX; a newer driver helps, or "
                                                        "building them with the nvcc of this machine"
                                                      : cudaGetErrorString(last_error);
}
