package dev.tombola.lottery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Device;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a run ran on and when: `machine.json`, which is excused from being the same bytes.
public final class Machine {
    private static final String GPU = "gpu";
    private static final String GPU_WARNING = "gpu_warning";

    private final Map<String, Object> facts = new LinkedHashMap<>();

    /// @param choice what trains
    public Machine(Backends.Choice choice, Options options) {
        this(choice.name(), Optional.ofNullable(choice.device()).map(Device::name), options);
    }

    /// @param kernels the name of the kernels, such as `cpu, avx512`
    /// @param gpu its name
    public Machine(String kernels, Optional<String> gpu, Options options) {
        String[] parts = kernels.split(", ", 2);
        facts.put("version", version());
        facts.put("backend", parts[0]);
        facts.put("instruction_set", parts.length > 1 ? parts[1] : "none");
        facts.put("form", Values.lower(options.form()));
        facts.put("threads", options.threads());
        facts.put("processor", Backends.processor());
        gpu.ifPresent(name -> facts.put(GPU, name));
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("memory_gb", memoryGb());
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jdk", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        facts.put("started", now());
    }

    /// Keeps a warning about the data for who reads the results later.
    public void warn(String data) {
        facts.put("data_warning", data);
    }

    /// Keeps a warning where trainings in TF32 were done on another GPU before, and so may have other bits.
    ///
    /// @param before what `machine.json` said
    /// @return the warning
    Optional<String> warnOfGpu(Map<String, String> before) {
        String there = before.get(GPU);
        Object here = facts.get(GPU);
        String warning = there == null || here == null || there.equals(here)
                ? before.get(GPU_WARNING)
                : "The run folder may have trainings in TF32 from another GPU, %s; those from %s may have other bits."
                        .formatted(there, here);
        if (warning != null) {
            facts.put(GPU_WARNING, warning);
        }
        return Optional.ofNullable(warning);
    }

    /// The facts so far, with the time at which the run ended.
    String finished() {
        facts.put("finished", now());
        return toJson();
    }

    String toJson() {
        try {
            return new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(facts) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers are always JSON", e);
        }
    }

    /// The version of the jar that runs, or `development`.
    public static String version() {
        return Optional.ofNullable(Machine.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private static long memoryGb() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean bean
                ? Math.round(bean.getTotalMemorySize() / (double) (1 << 30))
                : 0;
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
