// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import java.lang.invoke.MethodHandle;

/**
 * Creation and release of contexts, queues, buffers, programs and kernels. Handles and pointers are
 * longs.
 */
public final class ObjectFunctions {
    private final MethodHandle createContext;
    private final MethodHandle releaseContext;
    private final MethodHandle createCommandQueue;
    private final MethodHandle releaseCommandQueue;
    private final MethodHandle createBuffer;
    private final MethodHandle releaseMemObject;
    private final MethodHandle createProgramWithSource;
    private final MethodHandle createProgramWithBinary;
    private final MethodHandle buildProgram;
    private final MethodHandle releaseProgram;
    private final MethodHandle createKernel;
    private final MethodHandle releaseKernel;
    private final MethodHandle setKernelArg;

    ObjectFunctions(Symbols symbols) {
        createContext = symbols.bind("clCreateContext", "llillll");
        releaseContext = symbols.bind("clReleaseContext", "il");
        createCommandQueue = symbols.bind("clCreateCommandQueue", "lllll");
        releaseCommandQueue = symbols.bind("clReleaseCommandQueue", "il");
        createBuffer = symbols.bind("clCreateBuffer", "llllll");
        releaseMemObject = symbols.bind("clReleaseMemObject", "il");
        createProgramWithSource = symbols.bind("clCreateProgramWithSource", "llilll");
        createProgramWithBinary = symbols.bind("clCreateProgramWithBinary", "llilllll");
        buildProgram = symbols.bind("clBuildProgram", "ilillll");
        releaseProgram = symbols.bind("clReleaseProgram", "il");
        createKernel = symbols.bind("clCreateKernel", "llll");
        releaseKernel = symbols.bind("clReleaseKernel", "il");
        setKernelArg = symbols.bind("clSetKernelArg", "ilill");
    }

    /** A context; 0 on failure, with the code written to {@code status}. */
    public long createContext(
            long properties, int count, long devices, long notify, long data, long status) {
        try {
            return (long)
                    createContext.invokeExact(properties, count, devices, notify, data, status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Releases. Returns a status code. */
    public int releaseContext(long context) {
        try {
            return (int) releaseContext.invokeExact(context);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** An in-order queue. */
    public long createCommandQueue(long context, long device, long properties, long status) {
        try {
            return (long) createCommandQueue.invokeExact(context, device, properties, status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Releases. Returns a status code. */
    public int releaseCommandQueue(long queue) {
        try {
            return (int) releaseCommandQueue.invokeExact(queue);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Device memory. */
    public long createBuffer(long context, long flags, long size, long host, long status) {
        try {
            return (long) createBuffer.invokeExact(context, flags, size, host, status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Releases, once commands in queues have finished. Returns a status code. */
    public int releaseMemObject(long buffer) {
        try {
            return (int) releaseMemObject.invokeExact(buffer);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** A program from source text. */
    public long createProgramWithSource(
            long context, int count, long strings, long lengths, long status) {
        try {
            return (long)
                    createProgramWithSource.invokeExact(context, count, strings, lengths, status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** A program from a binary. */
    public long createProgramWithBinary(
            long context,
            int count,
            long devices,
            long lengths,
            long binaries,
            long binaryStatus,
            long status) {
        try {
            return (long)
                    createProgramWithBinary.invokeExact(
                            context, count, devices, lengths, binaries, binaryStatus, status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Compiles and links. Returns a status code. */
    public int buildProgram(
            long program, int count, long devices, long options, long notify, long data) {
        try {
            return (int) buildProgram.invokeExact(program, count, devices, options, notify, data);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Releases. Returns a status code. */
    public int releaseProgram(long program) {
        try {
            return (int) releaseProgram.invokeExact(program);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** A kernel by the name of its function. */
    public long createKernel(long program, long name, long status) {
        try {
            return (long) createKernel.invokeExact(program, name, status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Releases. Returns a status code. */
    public int releaseKernel(long kernel) {
        try {
            return (int) releaseKernel.invokeExact(kernel);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Sets an argument; not safe for several threads. Returns a status code. */
    public int setKernelArg(long kernel, int index, long size, long value) {
        try {
            return (int) setKernelArg.invokeExact(kernel, index, size, value);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }
}
