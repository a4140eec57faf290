// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {IReceiptAnchor} from "../../../contracts/interfaces/IReceiptAnchor.sol";
import {ReceiptAnchor} from "../../../contracts/ReceiptAnchor.sol";
import {ChannelProtocol} from "../channels/ChannelProtocol.sol";
import {ColdStart} from "./ColdStart.sol";

// property 33: what the paths that are paid most often cost at most, as whole transactions on the Ethereum schedule.
// (The benchmark measures them on a chain, on Polygon's schedule too.)
// ├── one more row of a claim of 50 → 12,000
// ├── a claim beside its rows → 35,000
// ├── a job: opened from the balance, submitted, settled among 50 → 150,000
// ├── a job by one signature: opened by authorization, submitted, settled alone → 230,000
// └── a root of receipts → 55,000
contract GasGatesTest is ChannelProtocol {
    uint256 private constant ROWS = 50;
    bytes32 private constant IMPLEMENTATION_SLOT = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    ColdStart private constant cold = ColdStart(address(uint160(uint256(keccak256("hevm cheat code")))));

    ReceiptAnchor private anchors;

    function setUp() public override {
        super.setUp();
        anchors = ReceiptAnchor(deploy("ReceiptAnchor.sol:ReceiptAnchor", abi.encode(registry)));
        depositFor(client, 200 * PRICE);
        for (uint32 i = 0; i < ROWS; ++i) fund(channelNumber(i), DEPOSIT);
        channels.claim(provider.addr, batchOf(ROWS, 1_000_001));
        IJobEscrow.JobParams memory params = jobNumber(0);
        vm.prank(client.addr);
        escrow.createJob(params, "");
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE - 1);
        openAndSubmit(1);
        skip(WINDOW + 1);
        escrow.settle(rows(params));
    }

    function test_property_33_aClaimRowAndItsFixedPart() external {
        uint256 many = gasOf(stranger.addr, address(channels), claimOf(ROWS, 2_000_002));
        uint256 single = gasOf(stranger.addr, address(channels), claimOf(1, 3_000_003));
        uint256 row = (many - single) / (ROWS - 1);
        assertLe(row, 12_000, "a further row");
        assertLe(single - row, 35_000, "the fixed part");
    }

    function test_property_33_aJobFromTheBalance() external {
        uint256 create;
        uint256 submit;
        IJobEscrow.JobParams[] memory due = new IJobEscrow.JobParams[](ROWS);
        for (uint96 i = 0; i < ROWS; ++i) {
            due[i] = jobNumber(2 + i);
            create = gasOf(client.addr, address(escrow), abi.encodeCall(escrow.createJob, (due[i], "")));
            submit = gasOf(provider.addr, address(escrow), submissionOf(due[i], PRICE - 1));
        }
        skip(WINDOW + 1);
        uint256 settle = gasOf(stranger.addr, address(escrow), abi.encodeCall(escrow.settle, (due)));
        assertLe(create + submit + settle / ROWS, 150_000, "create, submit and a fiftieth of a settlement");
    }

    function test_property_33_aJobByOneSignature() external {
        IJobEscrow.JobParams memory params = jobNumber(2);
        bytes memory signature = sign(client.secret, receiveDigest(client.addr, PRICE, documentedJobId(params)));
        uint256 total = gasOf(
            stranger.addr,
            address(escrow),
            abi.encodeCall(escrow.createJobWithAuthorization, (params, "", 0, type(uint256).max, signature))
        );
        total += gasOf(provider.addr, address(escrow), submissionOf(params, PRICE));
        skip(WINDOW + 1);
        total += gasOf(stranger.addr, address(escrow), abi.encodeCall(escrow.settle, (rows(params))));
        assertLe(total, 230_000, "create, submit, settle");
    }

    function test_property_33_aRootOfReceipts() external {
        IReceiptAnchor.ReceiptBatch memory batch =
            IReceiptAnchor.ReceiptBatch(provider.addr, 7, keccak256("root"), type(uint32).max, type(uint128).max);
        uint256 anchor = gasOf(provider.addr, address(anchors), abi.encodeCall(anchors.anchor, (batch)));
        assertLe(anchor, 55_000, "an epoch, however many receipts");
    }

    /// @dev Of a whole transaction: nothing is warm but the called contract, and calldata is paid for.
    function gasOf(address from, address to, bytes memory data) private returns (uint256 gas_) {
        address[6] memory all = [
            address(channels), address(escrow), address(registry), address(models), address(usdc), address(anchors)
        ];
        for (uint256 i = 0; i < all.length; ++i) cold.cool(all[i]);
        cold.cool(implementation());
        gas_ = 21_000;
        for (uint256 i = 0; i < data.length; ++i) gas_ += data[i] == 0 ? 4 : 16;
        vm.prank(from);
        uint256 before = gasleft();
        (bool done,) = to.call(data);
        gas_ += before - gasleft();
        assertTrue(done, "the call");
    }

    function implementation() private view returns (address) {
        return address(uint160(uint256(vm.load(address(usdc), IMPLEMENTATION_SLOT))));
    }

    function claimOf(uint256 count, uint64 amount) private view returns (bytes memory) {
        return abi.encodeCall(channels.claim, (provider.addr, batchOf(count, amount)));
    }

    function batchOf(uint256 count, uint64 amount) private view returns (bytes memory batch) {
        for (uint32 i = 0; i < count; ++i) batch = bytes.concat(batch, signedRow(client, channelNumber(i), amount));
    }

    function channelNumber(uint32 salt) private view returns (IPaymentChannels.Config memory config) {
        config = terms();
        config.salt = salt;
    }

    function jobNumber(uint96 nonce) private view returns (IJobEscrow.JobParams memory params) {
        params = jobParams();
        params.nonce = 1_000 + nonce;
    }

    function submissionOf(IJobEscrow.JobParams memory params, uint64 charged) private view returns (bytes memory) {
        return abi.encodeCall(escrow.submit, (params, COMMIT, REF, charged));
    }

    /// @dev Stays open, so that the provider's exposure is not zero.
    function openAndSubmit(uint96 nonce) private {
        IJobEscrow.JobParams memory params = jobNumber(nonce);
        vm.prank(client.addr);
        escrow.createJob(params, "");
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
    }
}
