// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Attention: ranks, masks, causality, scale, groups of heads, queries that see nothing. */
@AutoService(SampleFamily.class)
public final class AttentionSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public AttentionSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        general(table.operator("scaled_dot_product_attention", NetworkTypes.FLOATING));
        fused(table.operator("_scaled_dot_product_flash_attention_for_cpu", NetworkTypes.FLOATING));
        backward(
                table.operator(
                        "_scaled_dot_product_flash_attention_for_cpu_backward",
                        NetworkTypes.FLOATING));
    }

    /** What a case draws. */
    private record Call(
            long[] query, long keys, long features, long[] mask, boolean truth, boolean causal) {
        static Call of(long keys, long features, long... query) {
            return new Call(query, keys, features, new long[0], false, false);
        }

        Call masked(boolean truths, long... shape) {
            return new Call(query, keys, features, shape, truths, causal);
        }

        Call inOrder() {
            return new Call(query, keys, features, mask, truth, true);
        }

        long[] key(long width) {
            long[] shape = query.clone();
            shape[shape.length - 2] = keys;
            shape[shape.length - 1] = width;
            return shape;
        }

        @Nullable Input mask(Values v, ElementType type) {
            if (mask.length == 0) {
                return null;
            }
            return Input.of(truth ? v.dense(mask) : v.ordinary(type, mask));
        }
    }

    private static final Call PLAIN = Call.of(5, 4, 2, 3, 4, 4);

    private static void general(OperatorSamples samples) {
        List<Call> calls =
                List.of(
                        PLAIN,
                        Call.of(3, 2, 4, 2),
                        Call.of(3, 5, 2, 4, 3),
                        Call.of(2, 3, 1, 2, 2, 3, 4),
                        PLAIN.inOrder(),
                        PLAIN.masked(true, 4, 5),
                        PLAIN.masked(false, 4, 5),
                        PLAIN.masked(false, 2, 3, 4, 5),
                        PLAIN.masked(true, 2, 1, 1, 5),
                        Call.of(3, 5, 2, 4, 3).masked(true, 2, 4, 3),
                        Call.of(67, 8, 1, 2, 5, 16));
        for (Call call : calls) {
            samples.add("smooth", (v, t) -> general(v, t, call, Layout.CONTIGUOUS, null, false));
        }
        samples.add("smooth", (v, t) -> general(v, t, PLAIN, Layout.CONTIGUOUS, 0.25, false));
        samples.add(
                "smooth groups",
                (v, t) -> general(v, t, Call.of(5, 4, 1, 4, 2, 3), Layout.CONTIGUOUS, null, true));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> general(v, t, PLAIN, layout, null, false));
        }
        samples.add("nothing to see", AttentionSamples::hidden);
    }

    private static @Nullable Object[] hidden(Values v, ElementType type) {
        @Nullable Object[] call = general(v, type, PLAIN, Layout.CONTIGUOUS, null, false);
        call[7] = Input.of(HostArray.ofIntegers(ElementType.BOOL, new long[] {4, 5}, i -> i / 10));
        return call;
    }

    private static @Nullable Object[] general(
            Values v,
            ElementType type,
            Call call,
            Layout layout,
            @Nullable Double scale,
            boolean grouped) {
        long[] key = call.key(call.query()[call.query().length - 1]);
        long[] value = call.key(call.features());
        if (grouped) {
            key[key.length - 3] /= 2;
            value[value.length - 3] /= 2;
        }
        List<@Nullable Object> list = new ArrayList<>();
        list.addAll(Arrays.asList("query", Input.of(v.ordinary(type, call.query()), layout)));
        list.addAll(Arrays.asList("key", Input.of(v.ordinary(type, key), layout)));
        list.addAll(Arrays.asList("value", Input.of(v.ordinary(type, value), layout)));
        list.addAll(Arrays.asList("attn_mask", call.mask(v, type), "dropout_p", 0.0));
        list.addAll(Arrays.asList("is_causal", call.causal(), "scale", scale));
        list.addAll(Arrays.asList("enable_gqa", grouped));
        return list.toArray();
    }

    private static void fused(OperatorSamples samples) {
        List<Call> calls =
                List.of(
                        PLAIN,
                        PLAIN.inOrder(),
                        PLAIN.masked(false, 1, 1, 4, 5),
                        PLAIN.masked(false, 2, 3, 4, 5),
                        Call.of(70, 4, 1, 1, 35, 4).inOrder(),
                        Call.of(130, 8, 1, 1, 3, 8));
        for (Call call : calls) {
            // The fused operator gives masks no gradient.
            String label = call.mask().length == 0 ? "smooth" : "masked";
            samples.add(label, (v, t) -> fused(v, t, call, Layout.CONTIGUOUS, null));
        }
        samples.add("smooth", (v, t) -> fused(v, t, PLAIN, Layout.CONTIGUOUS, 0.25));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> fused(v, t, PLAIN, layout, null));
        }
    }

    private static @Nullable Object[] fused(
            Values v, ElementType type, Call call, Layout layout, @Nullable Double scale) {
        return new Object[] {
            "query",
            Input.of(v.ordinary(type, call.query()), layout),
            "key",
            Input.of(v.ordinary(type, call.key(call.query()[3])), layout),
            "value",
            Input.of(v.ordinary(type, call.key(call.features())), layout),
            "is_causal",
            call.causal(),
            "attn_mask",
            call.mask(v, type),
            "scale",
            scale
        };
    }

    private static void backward(OperatorSamples samples) {
        List<Call> calls = List.of(PLAIN, PLAIN.inOrder(), PLAIN.masked(false, 1, 1, 4, 5));
        for (Call call : calls) {
            samples.add("block", (v, t) -> backward(v, t, call, Layout.CONTIGUOUS));
        }
        Call narrow = Call.of(3, 2, 1, 1, 2, 3);
        samples.add("narrow values", (v, t) -> backward(v, t, narrow, Layout.CONTIGUOUS));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layouts", (v, t) -> backward(v, t, PLAIN, layout));
        }
    }

    /** The sums are not those of the scores, but of about their size. */
    private static @Nullable Object[] backward(
            Values v, ElementType type, Call call, Layout layout) {
        long[] query = call.query();
        long[] grad = query.clone();
        grad[3] = call.features();
        HostArray sums = v.positive(type.computeType(), query[0], query[1], query[2]);
        return new Object[] {
            "grad_out",
            Input.of(v.ordinary(type, grad), layout),
            "query",
            Input.of(v.ordinary(type, query), layout),
            "key",
            Input.of(v.ordinary(type, call.key(query[3])), layout),
            "value",
            Input.of(v.ordinary(type, call.key(call.features())), layout),
            "logsumexp",
            Input.of(HostArray.ofReals(sums.type(), sums.shape(), i -> sums.real(i) + 6)),
            "is_causal",
            call.causal(),
            "attn_mask",
            call.mask(v, type),
            "scale",
            null
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "scaled_dot_product_attention",
                List.of("query", "[2, 3]", "key", "[2, 4]"),
                call(ErrorTable.reals(2, 3), ErrorTable.reals(2, 4), null, false));
        table.refuses(
                "scaled_dot_product_attention",
                List.of("attn_mask", "[3]"),
                call(ErrorTable.reals(2, 3), ErrorTable.reals(2, 3), ErrorTable.reals(3), false));
        table.refuses(
                "scaled_dot_product_attention",
                List.of("is_causal", "attn_mask"),
                call(ErrorTable.reals(2, 3), ErrorTable.reals(2, 3), ErrorTable.reals(2), true));
    }

    private static @Nullable Object[] call(
            Input query, Input key, @Nullable Input mask, boolean causal) {
        return new Object[] {
            "query",
            query,
            "key",
            key,
            "value",
            key,
            "attn_mask",
            mask,
            "dropout_p",
            0.0,
            "is_causal",
            causal,
            "enable_gqa",
            false
        };
    }
}
